package io.modelhub.aggregator.topology;

import java.time.Duration;

/**
 * Whether a task has more to read than the moment brings: told by the age of its usage records, which grows while they wait. The clock
 * that gave them their time may be another machine's, so ages are compared with the least one of late, and with nothing else.
 */
final class Backlog {

    /** What is read at once is of this age at most, beyond the least one. */
    private static final Duration WORKED_OFF = Duration.ofMillis(15);

    /** The least age is that of so long and up to twice as long: clocks drift. */
    private static final Duration OF_LATE = Duration.ofSeconds(10);

    private long age;
    private long least = Long.MAX_VALUE;
    private long leastBefore = Long.MAX_VALUE;
    private long since;

    /** A record is read. Both in epoch milliseconds. */
    void read(long appendTime, long now) {
        if (now - since >= OF_LATE.toMillis()) {
            leastBefore = least;
            least = Long.MAX_VALUE;
            since = now;
        }
        age = now - appendTime;
        least = Math.min(least, age);
    }

    /** Nothing was left to read when the last record was read, or next to nothing. */
    boolean isWorkedOff() {
        return age - Math.min(least, leastBefore) <= WORKED_OFF.toMillis();
    }
}
