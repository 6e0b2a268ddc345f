package io.modelhub.catalog.model;

import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.check.Money;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.ModelType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of a model, but for its identity.
 *
 * @param price null: none is stated
 */
record ModelBody(
        ModelType modelType,
        List<String> capabilities,
        String config,
        @Nullable Long contextWindow,
        EntityStatus status,
        @Nullable Price price) {

    private static final List<String> RATES =
            List.of("cost_input", "cost_output", "cost_input_cached", "cost_cache_write", "cost_reasoning");

    static ModelBody read(Fields fields) {
        return new ModelBody(
                fields.choice("model_type", Arrays.asList(ModelType.values()), null),
                fields.words("capabilities", 64),
                fields.jsonObject("config"),
                fields.count("context_window"),
                fields.choice("status", Arrays.asList(EntityStatus.values()), EntityStatus.Active),
                price(fields));
    }

    /** A price states input and output; without both there is none, and nothing that refines it. */
    private static @Nullable Price price(Fields fields) {
        List<Price.Tier> tiers = tiers(fields);
        if (RATES.stream().noneMatch(fields::has) && !fields.has("tiers")) {
            return null;
        }
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
