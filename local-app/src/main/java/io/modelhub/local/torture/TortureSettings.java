package io.modelhub.local.torture;

import io.modelhub.local.platform.Distribution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How to torture.
 *
 * @param data the folder of all state and logs; it is emptied
 * @param distribution what to run
 * @param seed of everything random; times move with the clock
 * @param events records on {@code modelhub.usage}, copies and nonsense included
 * @param span how much event time they cover, up to the moment it begins
 * @param aggregators how many processes share the work
 * @param kills how many aggregators are killed
 * @param brokerKills how often the broker is killed
 * @param without kinds of events to leave out
 */
public record TortureSettings(
        Path data,
        Distribution distribution,
        long seed,
        int events,
        Duration span,
        int aggregators,
        int kills,
        int brokerKills,
        Set<Twist> without) {

    /** No event that is not meant to be late is: the run takes less. */
    private static final Duration LONGEST_RUN = Duration.ofHours(2);

    public TortureSettings {
        without = Set.copyOf(without);
    }

    /** The aggregators' acceptance horizon. */
    Duration horizon() {
        return span.plus(Traffic.MOST_OUT_OF_ORDER).plus(LONGEST_RUN);
    }

    /** How many events may wait for the aggregators: the sender keeps their pace, so that every kill finds work under way. */
    long mostWaiting() {
        return Math.max(2_000, Math.min(events / 20, 50_000));
    }

    /** What to type for the same attacks on the same traffic. */
    public String commandLine() {
        String exceptFor = without.isEmpty()
                ? ""
                : " --without " + without.stream().sorted().map(Twist::name).collect(Collectors.joining(","));
        return "./modelhub torture --seed %d --events %d --span %s --aggregators %d --kills %d --broker-kills %d%s"
                .formatted(seed, events, span, aggregators, kills, brokerKills, exceptFor);
    }
}
