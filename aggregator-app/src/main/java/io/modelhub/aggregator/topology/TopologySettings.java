package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.quota.QuotaClock;
import io.modelhub.aggregator.source.Acceptance;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.aggregator.window.Retention;
import java.time.Duration;
import java.util.List;

/**
 * What the results depend on beside the topics.
 *
 * @param acceptance which events are in time; its horizon must not reach behind the windows that are kept
 * @param retention how long those are kept
 * @param quotaClock what "now" is for quotas
 * @param thresholds in per cent of a limit, rising, each between 1 and 100
 * @param windowsInMemory of an instance that runs all tasks; about 200 bytes each
 */
public record TopologySettings(
        Acceptance acceptance,
        Retention retention,
        QuotaClock quotaClock,
        List<Integer> thresholds,
        int windowsInMemory) {

    /** A call that was accepted at the end of the horizon may be counted this much later, where a partition is behind. */
    private static final Duration BEHIND = Duration.ofHours(1);

    public TopologySettings {
        for (Grain grain : Grain.values()) {
            Duration needed =
                    acceptance.horizon().plus(Acceptance.AHEAD).plus(BEHIND).plus(grain.longest());
            Duration kept = retention.of(grain);
            if (needed.compareTo(kept) > 0) {
                throw new IllegalArgumentException(
                        ("an acceptance horizon of %s reaches behind the windows of %s, which are kept for %s:"
                                        + " keep them for %s or longer")
                                .formatted(acceptance.horizon(), grain.label(), kept, needed));
            }
        }
        thresholds = thresholds.stream().sorted().toList();
        for (int percent : thresholds) {
            if (percent < 1 || percent > 100) {
                throw new IllegalArgumentException("a quota threshold must be from 1 to 100 per cent, not " + percent);
            }
        }
    }
}
