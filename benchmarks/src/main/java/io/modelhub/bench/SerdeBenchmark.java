package io.modelhub.bench;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageWindow;
import io.modelhub.test.RegistryForTests;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What writing and reading one record costs: the platform's serdes beside Apicurio's, over the same real registry, whose answer
 * is cached after the first record as in production:
 * {@code java -jar benchmarks/target/benchmarks.jar SerdeBenchmark}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first.
public class SerdeBenchmark {

    /** Whose serdes. */
    @Param({"modelhub", "apicurio"})
    private String serdes;

    /** Which record: a usage event or a window with its sketch. */
    @Param({"ModelMetrics", "UsageWindow"})
    private String type;

    private RegistryForTests registry;
    private Serde<SpecificRecord> serde;
    private SpecificRecord record;
    private byte[] bytes;

    @Setup(Level.Trial)
    public void start() {
        SourceTree.ofThisBuild().nameRegistry();
        registry = RegistryForTests.start();
        record = type.equals("ModelMetrics") ? usage() : window();
        serde = serdes.equals("modelhub") ? ours(registry.url(), record.getClass()) : apicurios(registry.url());
        bytes = serde.serializer().serialize("bench", record);
        if (!record.equals(serde.deserializer().deserialize("bench", bytes))) {
            throw new IllegalStateException("the record did not come back as it was");
        }
    }

    @TearDown(Level.Trial)
    public void stop() {
        registry.close();
    }

    @Benchmark
    public byte @Nullable [] write() {
        return serde.serializer().serialize("bench", record);
    }

    @Benchmark
    public @Nullable SpecificRecord read() {
        return serde.deserializer().deserialize("bench", bytes);
    }

    @SuppressWarnings("unchecked") // The serde of the record's own class takes the record.
    private static Serde<SpecificRecord> ours(String url, Class<? extends SpecificRecord> type) {
        return (Serde<SpecificRecord>) AvroSerdes.at(url).value(type);
    }

    /** As few settings as make it read what it wrote, into generated classes, in Confluent's format. */
    private static Serde<SpecificRecord> apicurios(String url) {
        Map<String, Object> settings = Map.of(
                "apicurio.registry.url", url.replace("/ccompat/v7", "/registry/v3"),
                "apicurio.registry.auto-register", true,
                "apicurio.registry.dereference-schema", true,
                "apicurio.registry.use-specific-avro-reader", true);
        Serde<SpecificRecord> serde = Serdes.serdeFrom(
                new AvroKafkaSerializer<SpecificRecord>(), new AvroKafkaDeserializer<SpecificRecord>());
        serde.serializer().configure(settings, false);
        serde.deserializer().configure(settings, false);
        return serde;
    }

    /** An event as ingest-app writes it; token counts of the median call of the Azure LLM inference trace 2023 (code). */
    private static ModelMetrics usage() {
        return ModelMetrics.newBuilder()
                .setEventId("6f1c7f52-9f0e-4d0e-8a55-1f6f3b0c2a10")
                .setModel("openai/gpt-4o@2024-08-06")
                .setOrganization("acme")
                .setApiKey("3f0c2f3e-4a58-4b7f-9b3e-0d9a2f8c1d11")
                .setTimestamp(Instant.parse("2026-11-23T10:00:00.123Z"))
                .setLatencyMs(812L)
                .setTokensInput(1_469)
                .setTokensOutput(13)
                .setTokensInputCached(1_024)
                .setCost(new BigDecimal("0.003802500000"))
                .setStatus(CallStatus.Success)
                .setSource("http")
                .setAttributes(Map.of("team", "search"))
                .build();
    }

    private static UsageWindow window() {
        return UsageWindow.newBuilder()
                .setOrganization("acme")
                .setModel("openai/gpt-4o@2024-08-06")
                .setWindowStart(Instant.parse("2026-11-23T10:00:00Z"))
                .setWindowEnd(Instant.parse("2026-11-23T10:01:00Z"))
                .setRequests(1_200)
                .setErrors(7)
                .setTimeouts(2)
                .setTokensInput(2_316_000)
                .setTokensOutput(15_600)
                .setCost(new BigDecimal("5.946000000000"))
                .setUnpricedRequests(0)
                .setLatencyCount(1_200)
                .setLatencySumMs(974_400)
                .setLatencyMinMs(120L)
                .setLatencyMaxMs(9_800L)
                .setLatencyP50Ms(700.25)
                .setLatencyP95Ms(2_100.5)
                .setLatencyP99Ms(4_800.75)
                .setLatencySketch(ByteBuffer.wrap(new byte[400]))
                .build();
    }
}
