package io.modelhub.local.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Calls of the demo's own making, over the hour that ends now, shaped as {@link MeasuredCalls} says. The same seed gives the
 * same calls.
 */
final class OwnTraffic implements Traffic {

    static final long USUAL_SIZE = 20_000;

    private static final Duration SPAN = Duration.ofHours(1);

    private final long calls;
    private final long seed;

    OwnTraffic(long calls, long seed) {
        this.calls = calls;
        this.seed = seed;
    }

    @Override
    public String description() {
        return "%,d calls made up from seed %d over the last hour, shaped like real ones".formatted(calls, seed);
    }

    @Override
    public void remark(Consumer<String> say) {
        // Nothing is wrong with what we made ourselves.
    }

    @Override
    public Stream<OutgoingEvent> events(Instant end, CallAssignment assignment) {
        return calls(end).map(assignment::assign);
    }

    Stream<TraceCall> calls(Instant end) {
        double nanosPerSecondDrawn = SPAN.toNanos() / secondsDrawn();
        SplittableRandom gaps = new SplittableRandom(seed);
        SplittableRandom tokens = new SplittableRandom(seed + 1);
        double[] seconds = {0};
        Instant start = end.minus(SPAN);
        return LongStream.rangeClosed(1, calls).mapToObj(place -> {
            seconds[0] += MeasuredCalls.GAP_SECONDS.draw(gaps);
            // Rounding of the sum must not carry the last call past the end.
            long sinceStart = Math.min(SPAN.toNanos(), (long) (seconds[0] * nanosPerSecondDrawn));
            return new TraceCall(
                    place,
                    start.plusNanos(sinceStart),
                    Math.round(MeasuredCalls.TOKENS_INPUT.draw(tokens)),
                    Math.round(MeasuredCalls.TOKENS_OUTPUT.draw(tokens)));
        });
    }

    /** The sum of all gaps as drawn; the calls are spread so that it becomes the whole span. */
    private double secondsDrawn() {
        SplittableRandom gaps = new SplittableRandom(seed);
        double sum = 0;
        for (long call = 0; call < calls; call++) {
            sum += MeasuredCalls.GAP_SECONDS.draw(gaps);
        }
        return sum;
    }
}
