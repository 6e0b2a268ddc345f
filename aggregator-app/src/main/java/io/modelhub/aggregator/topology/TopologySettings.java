package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.quota.QuotaClock;
import io.modelhub.aggregator.source.Acceptance;
import java.util.List;

/**
 * What the results depend on beside the topics.
 *
 * @param acceptance which events are in time
 * @param quotaClock what "now" is for quotas
 * @param thresholds in per cent of a limit, rising, each between 1 and 100
 */
public record TopologySettings(Acceptance acceptance, QuotaClock quotaClock, List<Integer> thresholds) {

    public TopologySettings {
        thresholds = thresholds.stream().sorted().toList();
        for (int percent : thresholds) {
            if (percent < 1 || percent > 100) {
                throw new IllegalArgumentException("a quota threshold must be from 1 to 100 per cent, not " + percent);
            }
        }
    }
}
