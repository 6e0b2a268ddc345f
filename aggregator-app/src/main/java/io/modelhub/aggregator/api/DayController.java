package io.modelhub.aggregator.api;

import io.modelhub.aggregator.query.Bucket;
import io.modelhub.aggregator.query.DayQuery;
import io.modelhub.aggregator.query.DayReader;
import io.modelhub.aggregator.query.Dimension;
import io.modelhub.aggregator.query.KeyFilter;
import io.modelhub.aggregator.query.StoreAnswer;
import io.modelhub.aggregator.query.UsageRows;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** UTC days and months of API keys and of routing rules. Money in US dollars as decimal strings, times in ISO-8601 UTC. */
@RestController
final class DayController {

    private static final List<Bucket> BUCKETS = List.of(Bucket.DAY, Bucket.MONTH);
    private static final List<Dimension> OF_ONE = List.of(Dimension.PROVIDER, Dimension.MODEL, Dimension.WINDOW);
    private static final List<Dimension> OF_MANY =
            List.of(Dimension.API_KEY, Dimension.PROVIDER, Dimension.MODEL, Dimension.WINDOW);

    private final DayReader reader;
    private final Clock clock;

    DayController(DayReader reader, Clock clock) {
        this.reader = reader;
        this.clock = clock;
    }

    /** The query parameters that all of these reads take. */
    record Asked(
            Optional<String> model,
            Optional<String> window,
            Optional<String> from,
            Optional<String> to,
            Optional<String> groupBy) {}

    @GetMapping("/v1/keys/{id}/usage")
    UsageAnswer ofKey(
            @PathVariable String id,
            @RequestParam Optional<String> model,
            @RequestParam Optional<String> window,
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> to,
            @RequestParam(name = "group_by") Optional<String> groupBy) {
        return answer(
                new Asked(model, window, from, to, groupBy), OF_ONE, (query, now) -> reader.ofKey(id, query, now));
    }

    /** All keys of the catalog, or those of an organization or a provider. */
    @GetMapping("/v1/keys/usage")
    UsageAnswer ofKeys(
            @RequestParam Optional<String> organization,
            @RequestParam Optional<String> provider,
            @RequestParam Optional<String> model,
            @RequestParam Optional<String> window,
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> to,
            @RequestParam(name = "group_by") Optional<String> groupBy) {
        return answer(
                new Asked(model, window, from, to, groupBy.or(() -> Optional.of("api_key"))),
                OF_MANY,
                (query, now) -> reader.ofKeys(new KeyFilter(organization, provider), query, now));
    }

    @GetMapping("/v1/rules/{id}/usage")
    UsageAnswer ofRule(
            @PathVariable String id,
            @RequestParam Optional<String> model,
            @RequestParam Optional<String> window,
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> to,
            @RequestParam(name = "group_by") Optional<String> groupBy) {
        return answer(
                new Asked(model, window, from, to, groupBy), OF_ONE, (query, now) -> reader.ofRule(id, query, now));
    }

    private interface Read {
        StoreAnswer<UsageRows> read(DayQuery query, Instant now);
    }

    private UsageAnswer answer(Asked asked, List<Dimension> dimensions, Read read) {
        Instant now = clock.instant();
        BadParameters bad = new BadParameters();
        TimeRange range = TimeRange.read(
                asked.window().orElse(Bucket.DAY.label()),
                Optional.empty(),
                asked.from(),
                asked.to(),
                BUCKETS,
                now,
                bad);
        Set<Dimension> groupBy = GroupBy.read(asked.groupBy().orElse("model,window"), dimensions, bad);
        bad.throwIfAny();
        DayQuery query = new DayQuery(asked.model(), range.bucket(), range.from(), range.to(), groupBy);
        return UsageAnswer.of(range, now, Answers.found(read.read(query, now)));
    }
}
