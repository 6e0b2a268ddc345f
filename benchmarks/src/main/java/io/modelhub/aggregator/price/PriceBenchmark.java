package io.modelhub.aggregator.price;

import io.modelhub.aggregator.sum.Measures;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the cost of one call costs: in 64-bit integers, and in the decimals that the rule is stated in. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PriceBenchmark {

    /** US dollars per 1,000 tokens: gpt-4o, with a cached rate. */
    private final Rates rates =
            new Rates(new BigDecimal("0.0025"), new BigDecimal("0.01"), new BigDecimal("0.00125"), null, null);

    private final Measures call = Measures.of(ModelMetrics.newBuilder()
            .setEventId("6f1c7f52-9f0e-4d0e-8a55-1f6f3b0c2a10")
            .setModel("openai/gpt-4o")
            .setTimestamp(Instant.parse("2026-11-23T10:00:00.123Z"))
            .setTokensInput(1_469)
            .setTokensInputCached(1_024)
            .setTokensOutput(130)
            .setStatus(CallStatus.Success)
            .build());

    @Benchmark
    public long integers() {
        return rates.costPicos(call);
    }

    @Benchmark
    public long decimals() {
        return rates.exactCostPicos(call);
    }
}
