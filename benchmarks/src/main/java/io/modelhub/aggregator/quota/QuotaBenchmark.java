package io.modelhub.aggregator.quota;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a key's quota arithmetic costs, and what its state costs to write and read. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class QuotaBenchmark {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123Z");
    private static final BigDecimal AMOUNT = new BigDecimal("0.004972500000");
    private static final List<Integer> THRESHOLDS = List.of(50, 80, 95);

    private final QuotaLimits far =
            new QuotaLimits("acme", ZoneOffset.UTC, new BigDecimal("100"), new BigDecimal("1000"));
    private final QuotaLimits reached =
            new QuotaLimits("acme", ZoneOffset.UTC, new BigDecimal("12.34"), new BigDecimal("1000"));
    private final QuotaState state = QuotaState.begin(far, NOW, period -> new BigDecimal("12.339999000000"));
    private final Serde<QuotaState> serde = QuotaStateCodec.serde();
    private final byte[] encoded = serde.serializer().serialize("", state);

    /** As nearly every spend: no limit is near. */
    @Benchmark
    public QuotaState.Step plus() {
        return state.plus(NOW, NOW, AMOUNT, far, THRESHOLDS);
    }

    /** The one that disables the key, with all thresholds on its way. */
    @Benchmark
    public QuotaState.Step plusThatDisables() {
        return state.plus(NOW, NOW, AMOUNT, reached, THRESHOLDS);
    }

    @Benchmark
    public byte @Nullable [] encode() {
        return serde.serializer().serialize("", state);
    }

    @Benchmark
    public @Nullable QuotaState decode() {
        return serde.deserializer().deserialize("", encoded);
    }
}
