package io.modelhub.ingest.run;

import io.modelhub.wire.AvroSerdes;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/** The settings under {@code modelhub}; one that isn't listed here stops the start. Kafka's own are under {@code spring.kafka}. */
@Validated
@ConfigurationProperties(prefix = "modelhub", ignoreUnknownFields = false)
public record IngestSettings(
        @Valid @DefaultValue Registry schemaRegistry,
        @Valid @DefaultValue Limits limits,
        @Valid @DefaultValue Publish publish) {

    /**
     * The Confluent-compatible schema registry.
     *
     * @param url the root of its Confluent API
     * @param serializer class that writes values, here or from Confluent
     * @param deserializer class that reads them
     */
    public record Registry(
            @DefaultValue("http://127.0.0.1:8085/apis/ccompat/v7") @NotBlank
            String url,

            @DefaultValue(AVRO_SERIALIZER) @NotBlank String serializer,
            @DefaultValue(AVRO_DESERIALIZER) @NotBlank String deserializer) {

        private static final String AVRO_SERIALIZER = "io.modelhub.wire.AvroSerializer";
        private static final String AVRO_DESERIALIZER = "io.modelhub.wire.AvroDeserializer";

        AvroSerdes serdes() {
            return new AvroSerdes(Map.of(
                    AvroSerdes.REGISTRY_URL, url,
                    AvroSerdes.SERIALIZER, serializer,
                    AvroSerdes.DESERIALIZER, deserializer));
        }
    }

    /**
     * What one request may hold.
     *
     * @param bodySize bytes of the body, packed and unpacked
     * @param events number of events
     * @param eventSize bytes of one event, as it was sent
     */
    public record Limits(
            @DefaultValue("10MB") DataSize bodySize,
            @DefaultValue("10000") @Min(1) @Max(1_000_000) int events,
            @DefaultValue("64KB") DataSize eventSize) {

        public Limits {
            requireBetween("modelhub.limits.body-size", bodySize, DataSize.ofKilobytes(1), DataSize.ofMegabytes(512));
            // A rejected event goes whole into one record, of which the broker takes 1 MB.
            requireBetween("modelhub.limits.event-size", eventSize, DataSize.ofKilobytes(1), DataSize.ofKilobytes(512));
        }

        private static void requireBetween(String setting, DataSize size, DataSize least, DataSize most) {
            if (size.compareTo(least) < 0 || size.compareTo(most) > 0) {
                throw new IllegalArgumentException(
                        "%s must be from %s to %s, not %s".formatted(setting, least, most, size));
            }
        }
    }

    /**
     * Writing to the broker.
     *
     * @param ackTimeout how long the broker may take to acknowledge a batch, retries included; then it counts as away
     * @param retryAfter when a sender is told to try again while the broker or the registry is away
     */
    public record Publish(
            @DefaultValue("10s") Duration ackTimeout,
            @DefaultValue("5s") Duration retryAfter) {

        public Publish {
            requireAtLeastASecond("modelhub.publish.ack-timeout", ackTimeout);
            requireAtLeastASecond("modelhub.publish.retry-after", retryAfter);
        }

        private static void requireAtLeastASecond(String setting, Duration duration) {
            if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("%s must be at least 1s, not %s".formatted(setting, duration));
            }
        }
    }
}
