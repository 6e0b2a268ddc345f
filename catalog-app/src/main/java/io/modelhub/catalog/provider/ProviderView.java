package io.modelhub.catalog.provider;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.modelhub.catalog.answer.EntityView;
import io.modelhub.schema.EntityStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A provider as answers show it. */
record ProviderView(
        String slug,
        String name,
        @Nullable String description,
        @Nullable String website,
        @Nullable String documentationUrl,
        EntityStatus status,
        @JsonRawValue String config,
        String displayName,
        long revision,
        Instant updatedAt)
        implements EntityView {

    static ProviderView of(Provider provider) {
        return new ProviderView(
                provider.slug(),
                provider.name(),
                provider.description(),
                provider.website(),
                provider.documentationUrl(),
                provider.status(),
                provider.config(),
                provider.toString(),
                provider.revision(),
                provider.updatedAt());
    }

    @Override
    public String location() {
        return "/v1/providers/" + slug;
    }
}
