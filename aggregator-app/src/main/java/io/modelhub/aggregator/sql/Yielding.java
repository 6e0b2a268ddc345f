package io.modelhub.aggregator.sql;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * How push queries give way to the counting: while that is behind its input by more than a bound, they all together use no more than
 * a share of the processors, and what they have not read waits on the topic. While it keeps up nothing is held back. For any thread.
 */
final class Yielding {

    /** A single batch that took long holds nobody back for longer: the first ones are the compiler's. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** Between two looks at the lag, which is among some thousand meters. */
    private static final Duration LOOK = Duration.ofMillis(200);

    /** So long somebody who rests doesn't see that he isn't wanted any more, or needs not rest any longer. */
    private static final Duration NAP = Duration.ofMillis(50);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final PushLimits limits;
    private final double processors;
    private final LongSupplier lag;
    private final LongSupplier nanoClock;
    private Overuse overuse;
    private boolean behind;
    private long lookedAt;

    /**
     * @param processors of this process
     * @param lag records of the input that are still to be counted here
     * @param nanoClock rises only
     */
    Yielding(PushLimits limits, int processors, LongSupplier lag, LongSupplier nanoClock) {
        this.limits = limits;
        this.processors = limits.share() * processors;
        this.lag = lag;
        this.nanoClock = nanoClock;
        this.overuse = new Overuse(0, nanoClock.getAsLong());
        this.lookedAt = overuse.at - LOOK.toNanos();
    }

    /**
     * What was used beyond the share; time pays it off.
     *
     * @param nanos of processor time
     * @param at in nanoseconds of the clock
     */
    record Overuse(long nanos, long at) {

        /**
         * After more was used, and time has passed.
         *
         * @param processors that may be used
         */
        Overuse plus(long used, long now, double processors) {
            long left = Math.max(0, nanos - (long) ((now - at) * processors));
            return new Overuse(Math.min(left + used, (long) (LONGEST.toNanos() * processors)), now);
        }

        /** Until it is paid off. */
        Duration rest(double processors) {
            return Duration.ofNanos((long) (nanos / processors));
        }
    }

    /** Takes note of processor time of a push query. */
    synchronized void use(long processorNanos) {
        overuse = overuse.plus(processorNanos, nanoClock.getAsLong(), processors);
    }

    /** How long from now nothing should be read. */
    synchronized Duration rest() {
        long now = nanoClock.getAsLong();
        overuse = overuse.plus(0, now, processors);
        if (overuse.nanos == 0) {
            return Duration.ZERO;
        }
        if (now - lookedAt >= LOOK.toNanos()) {
            lookedAt = now;
            behind = lag.getAsLong() > limits.yieldLag();
        }
        if (!behind) {
            overuse = new Overuse(0, now);
        }
        return overuse.rest(processors);
    }

    /** For the thread that calls it alone. */
    Turn turn() {
        return new Turn();
    }

    /** What one thread uses for push queries, and how it rests. */
    final class Turn {

        private long used = ofThisThread();

        /** Takes note of what the thread has used since it did so last. */
        void note() {
            long now = ofThisThread();
            use(now - used);
            used = now;
        }

        /** Rests as long as it should and is wanted. */
        void rest(BooleanSupplier wanted) throws InterruptedException {
            for (Duration rest = Yielding.this.rest();
                    !rest.isZero() && wanted.getAsBoolean();
                    rest = Yielding.this.rest()) {
                Thread.sleep(Math.max(1, Math.min(NAP.toMillis(), rest.toMillis())));
            }
        }

        /** Zero where a thread has no clock of its own, as virtual ones: what those write isn't counted then. */
        private static long ofThisThread() {
            return THREADS.isCurrentThreadCpuTimeSupported() ? Math.max(0, THREADS.getCurrentThreadCpuTime()) : 0;
        }
    }
}
