package io.modelhub.aggregator.api;

import io.modelhub.aggregator.query.UsageQuery;
import io.modelhub.aggregator.query.UsageReader;
import io.modelhub.aggregator.query.UsageRows;
import io.modelhub.aggregator.window.Grain;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Windows of usage. Money in US dollars as decimal strings, times in ISO-8601 UTC. */
@RestController
final class UsageController {

    /** What is asked for without {@code from}: the last windows of a grain. */
    private static final int DEFAULT_WINDOWS = 96;

    private final UsageReader reader;
    private final Clock clock;

    UsageController(UsageReader reader, Clock clock) {
        this.reader = reader;
        this.clock = clock;
    }

    /**
     * The windows of {@code window} (1m, 15m, 1d) that hold any moment of [from, to).
     *
     * @param committed always false: a read may see what is written and about to be committed
     */
    record UsageAnswer(
            String window, Instant from, Instant to, boolean committed, List<UsageFigures> rows, UsageFigures total) {}

    @GetMapping("/v1/usage")
    UsageAnswer usage(
            @RequestParam Optional<String> organization,
            @RequestParam Optional<String> model,
            @RequestParam(defaultValue = "1d") String window,
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> to,
            @RequestParam(name = "group_by", defaultValue = "none") String groupBy) {
        BadParameters bad = new BadParameters();
        Grain grain = bad.require("window", Grain.labelled(window), "must be 1m, 15m or 1d", Grain.DAY);
        UsageQuery.GroupBy group = bad.require(
                "group_by", groupBy(groupBy), "must be none, organization or model", UsageQuery.GroupBy.NONE);
        Instant end = to.map(text -> bad.time("to", text)).orElseGet(clock::instant);
        Instant lastEnd = Instant.ofEpochMilli(grain.endOf(grain.startOf(end.toEpochMilli() - 1)));
        Instant start = from.map(text -> bad.time("from", text)).orElseGet(() -> defaultFrom(grain, lastEnd));
        Instant firstStart = Instant.ofEpochMilli(grain.startOf(start.toEpochMilli()));
        bad.check("from", firstStart.isBefore(lastEnd), "must be before to");
        bad.throwIfAny();

        UsageRows answer =
                Answers.found(reader.read(new UsageQuery(organization, model, grain, firstStart, lastEnd, group)));
        return new UsageAnswer(
                grain.label(),
                firstStart,
                lastEnd,
                false,
                answer.rows().stream().map(UsageFigures::of).toList(),
                UsageFigures.of(new UsageRows.Row(null, null, null, null, answer.total())));
    }

    private static Instant defaultFrom(Grain grain, Instant lastEnd) {
        return lastEnd.minus(grain.size().multipliedBy(DEFAULT_WINDOWS));
    }

    private static Optional<UsageQuery.GroupBy> groupBy(String text) {
        for (UsageQuery.GroupBy value : UsageQuery.GroupBy.values()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }
}
