package io.modelhub.aggregator.api;

import io.modelhub.aggregator.query.Bucket;
import io.modelhub.aggregator.query.Dimension;
import io.modelhub.aggregator.query.UsageQuery;
import io.modelhub.aggregator.query.UsageReader;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Windows of usage. Money in US dollars as decimal strings, times in ISO-8601 UTC. */
@RestController
final class UsageController {

    /** What {@code group_by=none} has always meant: nothing is added up over organizations, models or time. */
    private static final Set<Dimension> NONE = Set.of(Dimension.ORGANIZATION, Dimension.MODEL, Dimension.WINDOW);

    private static final List<Dimension> DIMENSIONS =
            List.of(Dimension.ORGANIZATION, Dimension.PROVIDER, Dimension.MODEL, Dimension.WINDOW);

    private final UsageReader reader;
    private final Clock clock;

    UsageController(UsageReader reader, Clock clock) {
        this.reader = reader;
        this.clock = clock;
    }

    @GetMapping("/v1/usage")
    UsageAnswer usage(
            @RequestParam Optional<String> organization,
            @RequestParam Optional<String> provider,
            @RequestParam Optional<String> model,
            @RequestParam(defaultValue = "1d") String window,
            @RequestParam Optional<String> zone,
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> to,
            @RequestParam(name = "group_by", defaultValue = "none") String groupBy) {
        Instant now = clock.instant();
        BadParameters bad = new BadParameters();
        TimeRange range = TimeRange.read(window, zone, from, to, List.of(Bucket.values()), now, bad);
        Set<Dimension> group = groupBy.equals("none") ? NONE : GroupBy.read(groupBy, DIMENSIONS, bad);
        bad.throwIfAny();

        UsageQuery query = new UsageQuery(
                new UsageQuery.Filter(organization, provider, model),
                range.bucket(),
                range.zone(),
                range.from(),
                range.to(),
                group);
        return UsageAnswer.of(range, now, Answers.found(reader.read(query, now)));
    }
}
