package io.modelhub.aggregator.run;

import io.modelhub.aggregator.quota.QuotaClock;
import io.modelhub.aggregator.source.Acceptance;
import io.modelhub.aggregator.sql.PushLimits;
import io.modelhub.aggregator.sql.SqlLimits;
import io.modelhub.aggregator.topology.TopologySettings;
import io.modelhub.aggregator.window.Retention;
import io.modelhub.wire.AvroSerdes;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of this app under {@code modelhub}; an unknown one stops the start. Kafka's own stay under
 * {@code spring.kafka}.
 *
 * @param schemaRegistry where schemas are, and which classes write and read them
 * @param applicationId of Kafka Streams: names its group, its transactions and its internal topics
 * @param stateDir where local state is kept; it can be deleted, Kafka has all of it
 * @param commitInterval how long sums are folded in memory before they are committed, while old events are worked off; live ones
 *     are committed within some 10 ms
 * @param threads stream threads in this process; each waits for its commits, so one more than there are processors
 * @param acceptanceHorizon how far back in time an event may be; raise it to backfill, and with it the retention of the windows that
 *     such events are in
 * @param retention how long windows are kept
 * @param quotaClock what "now" is for quotas
 * @param quotaThresholds in per cent of a limit
 * @param windowsInMemory how many windows may be in memory, where this process runs all tasks; about 200 bytes each
 * @param standbys how many other instances keep a copy of each task's state, to go on from at once when its owner ends; no more than
 *     there are instances
 * @param advertised host:port under which the other instances reach this one's HTTP port; by default 127.0.0.1 and that port
 * @param peerDeadline how long a read waits for another instance's part
 * @param readyLag records of {@code modelhub.usage} by which a ready instance may be behind
 * @param storeCache memory outside the heap for what is read from local state, over all stores
 * @param storeWriteBuffers memory outside the heap for what is not yet written to local state, over all stores
 * @param sql limits of SQL statements
 */
@Validated
@ConfigurationProperties(prefix = "modelhub", ignoreUnknownFields = false)
public record AggregatorSettings(
        @Valid @DefaultValue SchemaRegistrySettings schemaRegistry,
        @NotBlank @DefaultValue("modelhub-aggregator") String applicationId,
        @NotNull @DefaultValue(".modelhub/aggregator") Path stateDir,
        @NotNull @DefaultValue("500ms") Duration commitInterval,
        @Min(1) @Max(64) @DefaultValue("3") int threads,
        @NotNull @DefaultValue("24h") Duration acceptanceHorizon,
        @Valid @DefaultValue RetentionSettings retention,
        @NotNull @DefaultValue("WALL") QuotaClock quotaClock,
        @NotNull @DefaultValue({"50", "80", "95"}) List<@Min(1) @Max(100) Integer> quotaThresholds,
        @Min(10_000) @DefaultValue("2500000") int windowsInMemory,
        @Min(0) @Max(5) @DefaultValue("1") int standbys,
        @Nullable @Pattern(regexp = "[^:/ ]+:[0-9]{1,5}") String advertised,
        @NotNull @DefaultValue("3s") Duration peerDeadline,
        @Min(0) @DefaultValue("100000") long readyLag,
        @NotNull @DefaultValue("64MB") DataSize storeCache,
        @NotNull @DefaultValue("96MB") DataSize storeWriteBuffers,
        @Valid @DefaultValue SqlSettings sql) {

    /**
     * What one SQL statement may cost.
     *
     * @param timeLimit from its arrival to its last row
     * @param scanLimit stored windows that it may read unless its request allows scans
     * @param mostRows stored windows that it may read at all, rows of its answer, and rows that its joins may make
     * @param statements answered at the same time
     * @param rowMemory what the rows of all of them take together, read, joined or waiting to be sent; about
     * @param pushQueries running at the same time, each on a thread of the web server
     * @param pushBuffer rows that may wait for the reader of a push query, before it is told that it is too slow
     * @param pushYieldLag records of {@code modelhub.usage} by which this instance may be behind before push queries give way
     * @param pushShare of the processors that all push queries together use at most while they give way
     */
    public record SqlSettings(
            @NotNull @DefaultValue("10s") Duration timeLimit,
            @Min(1) @DefaultValue("50000") int scanLimit,
            @Min(1) @DefaultValue("400000") int mostRows,
            @Min(1) @DefaultValue("8") int statements,
            @NotNull @DefaultValue("128MB") DataSize rowMemory,
            @Min(0) @DefaultValue("150") int pushQueries,
            @NotNull @DefaultValue("1MB") DataSize pushBuffer,
            @Min(0) @DefaultValue("10000") long pushYieldLag,

            @DecimalMin("0.01") @DecimalMax("1") @DefaultValue("0.05")
            double pushShare) {

        SqlLimits limits() {
            return new SqlLimits(timeLimit, scanLimit, mostRows, statements, rowMemory.toBytes());
        }

        PushLimits pushLimits() {
            return new PushLimits(pushQueries, pushBuffer.toBytes(), pushYieldLag, pushShare);
        }
    }

    /**
     * @param url the root of the registry's Confluent API
     * @param serializer class name; the wire format is the same whichever it is
     * @param deserializer class name
     */
    public record SchemaRegistrySettings(
            @NotBlank @DefaultValue("http://127.0.0.1:8085/apis/ccompat/v7")
            String url,

            @NotBlank @DefaultValue("io.modelhub.wire.AvroSerializer")
            String serializer,

            @NotBlank @DefaultValue("io.modelhub.wire.AvroDeserializer")
            String deserializer) {

        AvroSerdes serdes() {
            return new AvroSerdes(Map.of(
                    AvroSerdes.REGISTRY_URL, url,
                    AvroSerdes.SERIALIZER, serializer,
                    AvroSerdes.DESERIALIZER, deserializer));
        }
    }

    /**
     * How long windows can be read after their start, in the stores; on the topics it counts from their last change.
     *
     * @param days those of API keys and routing rules too
     */
    public record RetentionSettings(
            @NotNull @DefaultValue("7d") Duration minutes,
            @NotNull @DefaultValue("70d") Duration quarterHours,
            @NotNull @DefaultValue("400d") Duration days,
            @NotNull @DefaultValue("1200d") Duration months) {

        Retention windows() {
            return new Retention(minutes, quarterHours, days, months);
        }
    }

    TopologySettings topology() {
        return new TopologySettings(
                new Acceptance(acceptanceHorizon), retention.windows(), quotaClock, quotaThresholds, windowsInMemory);
    }
}
