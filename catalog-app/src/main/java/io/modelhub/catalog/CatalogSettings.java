package io.modelhub.catalog;

import io.modelhub.catalog.key.KeyEncryption;
import io.modelhub.wire.AvroSerdes;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of the catalog. A key under the prefix that is none of these stops the start.
 *
 * @param schemaRegistry where schemas are registered, and by which classes records are written and read
 * @param keyEncryption the key under which the secrets of API keys are sealed
 * @param prices how price changes take effect
 * @param aggregator where usage is counted, which the summaries are made of
 * @param largestBody bodies larger than this are refused; an imported price list must fit
 * @param idempotencyKeysKept how long a repeated creation is known for one
 */
@Validated
@ConfigurationProperties(prefix = "modelhub", ignoreUnknownFields = false)
public record CatalogSettings(
        @Valid @NotNull SchemaRegistry schemaRegistry,
        @DefaultValue KeyEncryption keyEncryption,
        @Valid @DefaultValue Prices prices,
        @Valid @DefaultValue AggregatorAccess aggregator,
        @DefaultValue("16MB") DataSize largestBody,
        @DefaultValue("24h") Duration idempotencyKeysKept) {

    /**
     * @param url the root of the registry's Confluent API
     * @param serializer class name; null: the project's own
     * @param deserializer class name; null: the project's own
     */
    public record SchemaRegistry(
            @NotBlank String url,
            @Nullable String serializer,
            @Nullable String deserializer) {

        AvroSerdes serdes() {
            Map<String, Object> settings = new HashMap<>();
            settings.put(AvroSerdes.REGISTRY_URL, url);
            if (serializer != null) {
                settings.put(AvroSerdes.SERIALIZER, serializer);
            }
            if (deserializer != null) {
                settings.put(AvroSerdes.DESERIALIZER, deserializer);
            }
            return new AvroSerdes(settings);
        }
    }

    /**
     * @param lead how long after it is written a changed price takes effect, and how long calls of a key that was given to another
     *     organization count for the former one. Readers are promised 60 s from its publication on; the rest is for the relay.
     */
    public record Prices(@DefaultValue("65s") Duration lead) {

        private static final Duration PROMISED = Duration.ofSeconds(60);

        @AssertTrue(
                message = "modelhub.prices.lead must be at least 60s: every reader must know a price before it holds")
        boolean isLeadLongEnough() {
            return lead.compareTo(PROMISED) >= 0;
        }
    }

    /**
     * @param url root of the aggregator's HTTP API
     * @param connectTimeout how long it may take to take a connection
     * @param readTimeout how long it may take to answer; then a summary is a 503
     */
    public record AggregatorAccess(
            @NotNull @DefaultValue("http://127.0.0.1:8082") URI url,
            @NotNull @DefaultValue("1s") Duration connectTimeout,
            @NotNull @DefaultValue("10s") Duration readTimeout) {}
}
