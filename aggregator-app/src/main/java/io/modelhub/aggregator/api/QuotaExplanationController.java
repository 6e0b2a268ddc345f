package io.modelhub.aggregator.api;

import io.modelhub.aggregator.price.CostSource;
import io.modelhub.aggregator.query.QuotaExplanation;
import io.modelhub.aggregator.query.QuotaExplanationReader;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.usage.UsageLine;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Which calls, and which corrections of them, brought an API key to where it is. */
@RestController
final class QuotaExplanationController {

    private static final int MOST_CALLS = 1_000;

    private final QuotaExplanationReader reader;
    private final Clock clock;

    QuotaExplanationController(QuotaExplanationReader reader, Clock clock) {
        this.reader = reader;
        this.clock = clock;
    }

    /**
     * @param number of the call in the period, from 0
     * @param displayName the event on one line
     * @param price null where the cost was sent or is not known
     * @param spent US dollars in the period with this call
     */
    record Call(
            int number,
            int partition,
            long offset,
            Instant appendedAt,
            Instant timestamp,
            String eventId,
            String displayName,
            @Nullable String organization,
            String model,
            long tokensInput,
            long tokensOutput,
            CostSource costSource,
            PriceController.@Nullable Price price,
            String cost,
            String spent) {

        static Call of(QuotaExplanation.Counted call) {
            return new Call(
                    call.number(),
                    call.partition(),
                    call.offset(),
                    call.appendedAt(),
                    call.usage().getTimestamp(),
                    call.usage().getEventId(),
                    UsageLine.of(call.usage()),
                    call.usage().getOrganization(),
                    call.usage().getModel(),
                    call.usage().getTokensInput(),
                    call.usage().getTokensOutput(),
                    call.costSource(),
                    call.price()
                            .map(price -> PriceController.Price.of(
                                    call.usage().getModel(), call.usage().getTimestamp(), price))
                            .orElse(null),
                    call.cost().toPlainString(),
                    call.spent().toPlainString());
        }
    }

    /**
     * @param calls that it is about
     * @param oldPrice null: the calls had none
     * @param newPrice null: they have none any more
     * @param difference US dollars
     * @param spent US dollars in the period with this correction
     */
    record Correction(
            String id,
            int partition,
            long offset,
            Instant appendedAt,
            @Nullable String organization,
            String model,
            Instant rangeStart,
            Instant rangeEnd,
            long calls,
            PriceController.@Nullable Price oldPrice,
            PriceController.@Nullable Price newPrice,
            String difference,
            String reason,
            String spent) {

        static Correction of(QuotaExplanation.Corrected corrected) {
            UsageCorrection correction = corrected.correction();
            return new Correction(
                    correction.getId(),
                    corrected.partition(),
                    corrected.offset(),
                    corrected.appendedAt(),
                    correction.getOrganization(),
                    correction.getModel(),
                    correction.getRangeStart(),
                    correction.getRangeEnd(),
                    correction.getRequests(),
                    price(correction, correction.getOldPrice()),
                    price(correction, correction.getNewPrice()),
                    correction.getDifference().toPlainString(),
                    correction.getReason(),
                    corrected.spent().toPlainString());
        }

        private static PriceController.@Nullable Price price(UsageCorrection correction, @Nullable ModelPrice price) {
            return price == null
                    ? null
                    : PriceController.Price.of(correction.getModel(), correction.getRangeStart(), price);
        }
    }

    /**
     * @param period as it was counted; its {@code spent} may be of a few calls more or less than what was read a moment later
     * @param spent US dollars that the calls, at what they were charged, and the corrections add up to
     * @param reachedBy the call that reached the limit
     * @param reachedByCorrection the correction that did, where no call did before
     * @param total number of calls in the period
     * @param totalCorrections number of corrections of such calls
     * @param duplicates records that repeat a call and count nothing
     * @param next {@code from} of the next page; null: there is none
     * @param complete false: the log is too long to be read for one answer, calls may be missing
     */
    record Explanation(
            String apiKey,
            QuotaCause cause,
            KeyController.Period period,
            String spent,
            @Nullable Call reachedBy,
            @Nullable Correction reachedByCorrection,
            int total,
            int totalCorrections,
            long duplicates,
            boolean complete,
            List<Call> calls,
            List<Correction> corrections,
            @Nullable Integer next) {}

    /** The calls of the key's current day or month and the corrections of them, each in the order in which they were accepted. */
    @GetMapping("/v1/keys/{id}/quota/explain")
    Explanation explain(
            @PathVariable String id,
            @RequestParam(defaultValue = "day") String period,
            @RequestParam(defaultValue = "0") int from,
            @RequestParam(defaultValue = "100") int limit) {
        BadParameters bad = new BadParameters();
        bad.check("period", period.equals("day") || period.equals("month"), "must be day or month");
        bad.check("from", from >= 0, "must not be negative");
        bad.check("limit", limit >= 1 && limit <= MOST_CALLS, "must be from 1 to " + MOST_CALLS);
        bad.throwIfAny();
        QuotaCause cause = QuotaCause.valueOf(period.toUpperCase(Locale.ROOT));
        Optional<QuotaExplanation> found = Answers.found(reader.explain(id, cause, clock.instant()));
        return found.map(explanation -> page(id, cause, explanation, from, limit))
                .orElseThrow(() -> NotFoundException.apiKey(id));
    }

    private static Explanation page(String id, QuotaCause cause, QuotaExplanation explanation, int from, int limit) {
        List<QuotaExplanation.Counted> calls = explanation.calls();
        List<QuotaExplanation.Corrected> corrections = explanation.corrections();
        boolean isLast = (long) from + limit >= Math.max(calls.size(), corrections.size());
        return new Explanation(
                id,
                cause,
                KeyController.Period.of(explanation.period()),
                explanation.spent().toPlainString(),
                explanation.reachedBy().map(Call::of).orElse(null),
                explanation.reachedByCorrection().map(Correction::of).orElse(null),
                calls.size(),
                corrections.size(),
                explanation.duplicates(),
                explanation.complete(),
                calls.stream().skip(from).limit(limit).map(Call::of).toList(),
                corrections.stream().skip(from).limit(limit).map(Correction::of).toList(),
                isLast ? null : from + limit);
    }
}
