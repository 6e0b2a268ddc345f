package io.modelhub.catalog.model;

import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.check.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of a model's price.
 *
 * @param price null: it is wrong, and reported
 * @param effectiveFrom null: as soon as possible
 * @param effectiveUntil of a correction; null: until the next price
 * @param correction whether it is about the past
 */
record PriceBody(
        @Nullable Price price,
        @Nullable Instant effectiveFrom,
        @Nullable Instant effectiveUntil,
        boolean correction,
        @Nullable String reason) {

    private static final List<String> RATES =
            List.of("cost_input", "cost_output", "cost_input_cached", "cost_cache_write", "cost_reasoning");

    private static final int REASON_LENGTH = 500;

    /** The bounds of the database; calls are not older and contracts not longer. */
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    static PriceBody read(Fields fields) {
        return new PriceBody(
                price(fields, tiers(fields)),
                time(fields, "effective_from"),
                time(fields, "effective_until"),
                fields.flag("correction", false),
                fields.text("reason", REASON_LENGTH));
    }

    private static @Nullable Instant time(Fields fields, String field) {
        Instant time = fields.time(field);
        if (time != null && (time.isBefore(EARLIEST) || time.isAfter(LATEST))) {
            fields.report(field, "out_of_range", "must be in the years 2000 to 9999");
        } else if (time != null && time.getNano() % 1_000_000 != 0) {
            fields.report(field, "too_precise", "must be in whole milliseconds");
        }
        return time;
    }

    /** A price states input and output; without any rate there is none. */
    static @Nullable Price optionalPrice(Fields fields) {
        List<Price.Tier> tiers = tiers(fields);
        return RATES.stream().noneMatch(fields::has) && tiers.isEmpty() ? null : price(fields, tiers);
    }

    private static @Nullable Price price(Fields fields, List<Price.Tier> tiers) {
        Rates rates = rates(fields);
        return rates == null ? null : new Price(rates, tiers);
    }

    private static List<Price.Tier> tiers(Fields fields) {
        List<Price.Tier> tiers = new ArrayList<>();
        Set<Long> marks = new HashSet<>();
        for (Fields tier : fields.objects("tiers")) {
            Long mark = tier.count("above_input_tokens");
            if (!tier.has("above_input_tokens")) {
                tier.report("above_input_tokens", "required", "is required");
            }
            if (mark != null && !marks.add(mark)) {
                tier.report("above_input_tokens", "duplicate", "is the mark of another tier already");
            }
            Rates rates = rates(tier);
            if (mark != null && rates != null) {
                tiers.add(new Price.Tier(mark, rates));
            }
        }
        return tiers;
    }

    private static @Nullable Rates rates(Fields fields) {
        BigDecimal input = required(fields, "cost_input");
        BigDecimal output = required(fields, "cost_output");
        BigDecimal cached = fields.money("cost_input_cached", Money.RATE);
        BigDecimal cacheWrite = fields.money("cost_cache_write", Money.RATE);
        BigDecimal reasoning = fields.money("cost_reasoning", Money.RATE);
        return input == null || output == null ? null : new Rates(input, output, cached, cacheWrite, reasoning);
    }

    private static @Nullable BigDecimal required(Fields fields, String rate) {
        if (!fields.has(rate)) {
            fields.report(rate, "required", "is required where there is a price");
        }
        return fields.money(rate, Money.RATE);
    }
}
