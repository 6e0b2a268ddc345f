package io.modelhub.catalog.provider;

import io.modelhub.catalog.check.Fields;
import io.modelhub.schema.EntityStatus;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a request says of a provider. */
record ProviderBody(
        String name,
        @Nullable String description,
        @Nullable String website,
        @Nullable String documentationUrl,
        EntityStatus status,
        String config) {

    static ProviderBody read(Fields fields) {
        return new ProviderBody(
                fields.requiredText("name", 200),
                fields.text("description", 2000),
                fields.url("website"),
                fields.url("documentation_url"),
                fields.choice("status", Arrays.asList(EntityStatus.values()), EntityStatus.Active),
                fields.jsonObject("config"));
    }

    /** All that is known is the name. */
    static ProviderBody named(String name) {
        return new ProviderBody(name, null, null, null, EntityStatus.Active, "{}");
    }

    Provider provider(String slug, @Nullable Provider current, Instant at) {
        return new Provider(
                slug,
                name,
                description,
                website,
                documentationUrl,
                status,
                config,
                current == null ? 0 : current.revision(),
                at);
    }
}
