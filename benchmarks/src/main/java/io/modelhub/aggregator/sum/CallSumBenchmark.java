package io.modelhub.aggregator.sum;

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
public class CallSumBenchmark {

    /** Calls in the window: a minute of a small organization, one of a large one, a day. */
    @Param({"1", "100", "10000"})
    private int calls;

    private static final long TIME = Instant.parse("2026-11-23T10:00:00Z").toEpochMilli();

    private final PackedWriter output = new PackedWriter(64);
    private Measures call;
    private CallSum window;
    private byte[] encoded;

    @Setup(Level.Iteration)
    public void fill() {
        Random random = new Random(1);
        window = new CallSum();
        for (int i = 0; i < calls; i++) {
            call = call(Math.round(800 * Math.exp(0.7 * random.nextGaussian())));
            window.add(call);
        }
        encoded = encode();
    }

    /** Into a window that was begun before. */
    @Benchmark
    public CallSum addCall() {
        window.add(call);
        return window;
    }

    @Benchmark
    public CallSum beginWithCall() {
        CallSum begun = new CallSum();
        begun.add(call);
        return begun;
    }

    @Benchmark
    public byte[] encode() {
        return bytes(window);
    }

    @Benchmark
    public CallSum decode() {
        CallSum decoded = new CallSum();
        decoded.decodeAndAdd(new PackedReader(encoded), TIME);
        return decoded;
    }

    /** One new call onto what is stored. */
    @Benchmark
    public byte[] mergeStored() {
        CallSum begun = new CallSum();
        begun.add(call);
        begun.decodeAndAdd(new PackedReader(encoded), TIME);
        return bytes(begun);
    }

    private byte[] bytes(CallSum sum) {
        output.clear();
        sum.encode(output, TIME);
        return output.toBytes();
    }

    private static Measures call(long latencyMs) {
        Measures call = new Measures();
        call.timestamp = TIME + 123;
        call.latencyMs = latencyMs;
        call.tokensInput = 1_469;
        call.tokensOutput = 130;
        call.costPicos = 4_972_500_000L;
        return call;
    }
}
