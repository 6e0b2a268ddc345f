package io.modelhub.aggregator.api;

import io.modelhub.aggregator.query.UsageRows;
import java.time.Instant;
import java.util.List;

/**
 * Figures of [from, to).
 *
 * @param window length of the windows: 1m, 15m, 1h, 1d, 1mo
 * @param zone whose clock and calendar cut them
 * @param asOf when it was read, by the aggregator's clock
 * @param committed always false: a read may see what is written and about to be committed
 * @param complete false: the time reaches behind what is kept, and calls are missing from the figures
 */
record UsageAnswer(
        String window,
        String zone,
        Instant from,
        Instant to,
        Instant asOf,
        boolean committed,
        boolean complete,
        List<UsageFigures> rows,
        UsageFigures total) {

    static UsageAnswer of(TimeRange range, Instant asOf, UsageRows answer) {
        return new UsageAnswer(
                range.bucket().label(),
                range.zone().getId(),
                range.from(),
                range.to(),
                asOf,
                false,
                answer.complete(),
                answer.rows().stream().map(UsageFigures::of).toList(),
                UsageFigures.of(answer.total()));
    }
}
