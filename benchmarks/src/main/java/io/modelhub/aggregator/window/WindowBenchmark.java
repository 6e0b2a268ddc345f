package io.modelhub.aggregator.window;

import io.modelhub.aggregator.price.CostSource;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** What a window's arithmetic costs, its latency sketch included, when it holds few calls and many. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first.
public class WindowBenchmark {

    /** Calls in the window: a minute of a small organization, one of a large one, a day. */
    @Param({"1", "100", "10000"})
    private int calls;

    private PricedCall call;
    private WindowSum window;
    private byte[] encoded;

    @Setup(Level.Iteration)
    public void fill() {
        Random random = new Random(1);
        window = new WindowSum();
        for (int i = 0; i < calls; i++) {
            call = call(Math.round(800 * Math.exp(0.7 * random.nextGaussian())));
            window.add(call);
        }
        encoded = window.encode();
    }

    /** Into a window that was begun before. */
    @Benchmark
    public WindowSum addCall() {
        window.add(call);
        return window;
    }

    @Benchmark
    public WindowSum beginWithCall() {
        WindowSum begun = new WindowSum();
        begun.add(call);
        return begun;
    }

    @Benchmark
    public byte[] encode() {
        return window.encode();
    }

    @Benchmark
    public WindowSum decode() {
        return WindowSum.decode(encoded);
    }

    /** As the merge stage does for each touched window once per commit: one new call onto what is stored. */
    @Benchmark
    public byte[] mergeStored() {
        WindowSum begun = new WindowSum();
        begun.add(call);
        begun.decodeAndAdd(encoded);
        return begun.encode();
    }

    private static PricedCall call(long latencyMs) {
        ModelMetrics usage = ModelMetrics.newBuilder()
                .setEventId("6f1c7f52-9f0e-4d0e-8a55-1f6f3b0c2a10")
                .setModel("openai/gpt-4o")
                .setTimestamp(Instant.parse("2026-11-23T10:00:00.123Z"))
                .setLatencyMs(latencyMs)
                .setTokensInput(1_469)
                .setTokensOutput(130)
                .setStatus(CallStatus.Success)
                .build();
        return new PricedCall(usage, "acme", 4_972_500_000L, CostSource.CATALOG);
    }
}
