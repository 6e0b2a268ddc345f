package io.modelhub.catalog.provider;

import io.modelhub.schema.EntityStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.Table;

/**
 * Who serves models.
 *
 * @param slug identifier; never changes
 * @param name for people; unique
 * @param config a JSON object, not interpreted
 * @param revision counts the writes, from 1; 0: not stored yet
 */
@Table("provider")
record Provider(
        @Id String slug,
        String name,
        @Nullable String description,
        @Nullable String website,
        @Nullable String documentationUrl,
        EntityStatus status,
        String config,
        @Version long revision,
        Instant updatedAt) {

    io.modelhub.schema.Provider published() {
        return io.modelhub.schema.Provider.newBuilder()
                .setSlug(slug)
                .setName(name)
                .setDescription(description)
                .setWebsite(website)
                .setDocumentationUrl(documentationUrl)
                .setStatus(status)
                .setConfig(config)
                .setRevision(revision)
                .setUpdatedAt(updatedAt)
                .build();
    }

    /** {@code OpenAI (openai)}. */
    @Override
    public String toString() {
        return name + " (" + slug + ")";
    }
}
