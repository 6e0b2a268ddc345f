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

    private final QuotaState state = near("100");
    private final QuotaState nearItsLimit = near("12.34");
    private final Serde<QuotaState> serde = QuotaStateCodec.serde();
    private final byte[] encoded = serde.serializer().serialize("", state);

    /** As nearly every spend: no limit is near. */
    @Benchmark
    public QuotaState.Step plus() {
        return state.plus(spend(AMOUNT), THRESHOLDS);
    }

    /** The one that disables the key. */
    @Benchmark
    public QuotaState.Step plusThatDisables() {
        return nearItsLimit.plus(spend(AMOUNT), THRESHOLDS);
    }

    @Benchmark
    public byte @Nullable [] encode() {
        return serde.serializer().serialize("", state);
    }

    @Benchmark
    public @Nullable QuotaState decode() {
        return serde.deserializer().deserialize("", encoded);
    }

    /** A key that has spent a little less than 12.34 dollars today. */
    private static QuotaState near(String dailyLimit) {
        QuotaLimits limits = new QuotaLimits(
                true, "acme", new BigDecimal(dailyLimit).setScale(12), new BigDecimal("1000.000000000000"));
        return QuotaState.begin(NOW, ZoneOffset.UTC)
                .at(NOW, ZoneOffset.UTC, limits, THRESHOLDS)
                .then(begun -> begun.plus(spend(new BigDecimal("12.339999000000")), THRESHOLDS))
                .state();
    }

    private static KeySpend spend(BigDecimal amount) {
        return new KeySpend(NOW, NOW, NOW, amount);
    }
}
