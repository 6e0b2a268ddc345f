package io.modelhub.catalog.model;

import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.ModelType;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A model of a provider, without its prices.
 *
 * @param uuid its address in URLs
 * @param id {@link #identifier}; unique, opaque to readers, never changes
 * @param config a JSON object, not interpreted
 * @param contextWindow tokens; null: not known
 * @param revision counts the writes, from 1; 0: not stored yet
 */
@Table("model")
record Model(
        @Id UUID uuid,
        String id,
        String provider,
        String name,
        @Nullable String version,
        ModelType modelType,
        List<String> capabilities,
        String config,
        @Nullable Long contextWindow,
        EntityStatus status,
        @Version long revision,
        Instant updatedAt) {

    /** {@code provider/name}, with {@code @version} where there is one. Names may contain any of {@code / : @} themselves. */
    static String identifier(String provider, String name, @Nullable String version) {
        return provider + "/" + name + (version == null ? "" : "@" + version);
    }

    /** {@code OpenAI gpt-4o (2024-08-06)}. */
    String displayName(String providerName) {
        return providerName + " " + name + (version == null ? "" : " (" + version + ")");
    }

    io.modelhub.schema.Model published(PriceHistory prices) {
        return io.modelhub.schema.Model.newBuilder()
                .setId(id)
                .setUuid(uuid.toString())
                .setProvider(provider)
                .setName(name)
                .setVersion(version)
                .setModelType(modelType)
                .setCapabilities(capabilities)
                .setConfig(config)
                .setContextWindow(contextWindow)
                .setStatus(status)
                .setPrices(prices.periods().stream().map(PricePeriod::published).toList())
                .setCorrections(prices.corrections().stream()
                        .map(PriceCorrection::published)
                        .toList())
                .setRevision(revision)
                .setUpdatedAt(updatedAt)
                .build();
    }

    /** The same model with what a price list says of it: what the list is silent about stays. */
    Model listedAs(ListedModel listing) {
        return new Model(
                uuid,
                id,
                provider,
                name,
                version,
                Objects.requireNonNullElse(listing.modelType(), modelType),
                Objects.requireNonNullElse(listing.capabilities(), capabilities),
                config,
                listing.contextWindow() == null ? contextWindow : listing.contextWindow(),
                status,
                revision,
                updatedAt);
    }

    Model writtenAt(Instant at) {
        return new Model(
                uuid,
                id,
                provider,
                name,
                version,
                modelType,
                capabilities,
                config,
                contextWindow,
                status,
                revision,
                at);
    }

    @Override
    public String toString() {
        return id;
    }
}
