package io.modelhub.local.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The end of a demo. What was sent is of this run; everything else is what the aggregator counted since the data folder was
 * new.
 *
 * @param prices by model, as in force at the end; a model without one is missing
 * @param seconds from the first event sent to the last one visible in the results
 */
record Report(
        long sent,
        long accepted,
        long rejected,
        Results.Parts organizations,
        Results.Parts models,
        Map<String, Results.Price> prices,
        List<Results.Disabled> disabledKeys,
        Map<String, String> keyLabels,
        double seconds) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Its shape is fixed, programs read it: money as texts in plain decimal notation. */
    ObjectNode json() {
        ObjectNode report = JSON.createObjectNode()
                .put("events_sent", sent)
                .put("events_accepted", accepted)
                .put("events_rejected", rejected)
                .put("events_aggregated", organizations.total().requests())
                .put("total_cost_usd", organizations.total().cost().toPlainString());
        ArrayNode organizationList = report.putArray("organizations");
        for (Results.Usage usage : organizations.parts()) {
            ObjectNode entry = figures(organizationList.addObject(), usage);
            entry.put("cost_usd", usage.cost().toPlainString());
            Results.Usage.Latency latency = usage.latency();
            entry.put("latency_p50_ms", latency == null ? null : latency.p50Ms());
            entry.put("latency_p95_ms", latency == null ? null : latency.p95Ms());
            entry.put("latency_p99_ms", latency == null ? null : latency.p99Ms());
        }
        ArrayNode modelList = report.putArray("models");
        for (Results.Usage usage : models.parts()) {
            ObjectNode entry = figures(modelList.addObject(), usage);
            Results.Price price = prices.get(usage.id());
            entry.put("cost_input", price == null ? null : price.costInput());
            entry.put("cost_output", price == null ? null : price.costOutput());
            entry.put("cost_usd", usage.cost().toPlainString());
        }
        ArrayNode keyList = report.putArray("keys_disabled");
        for (Results.Disabled key : disabledKeys) {
            keyList.addObject()
                    .put("api_key", key.apiKey())
                    .put("cause", key.cause())
                    .put("limit_usd", key.limit().toPlainString())
                    .put("spent_usd", key.spent().toPlainString());
        }
        return report.put("seconds", BigDecimal.valueOf(seconds).setScale(3, RoundingMode.HALF_EVEN));
    }

    private static ObjectNode figures(ObjectNode entry, Results.Usage usage) {
        return entry.put("id", usage.id())
                .put("requests", usage.requests())
                .put("tokens_input", usage.tokensInput())
                .put("tokens_output", usage.tokensOutput());
    }

    /** For people, within 80 columns. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        Results.Usage total = organizations.total();
        lines.add("");
        lines.add("%-24s %9s %12s %11s %11s %7s"
                .formatted("organization", "requests", "tokens in", "tokens out", "cost USD", "p95 s"));
        organizations.parts().forEach(usage -> lines.add(row(usage.id(), usage)));
        lines.add(row("all", total));
        lines.add("");
        lines.add("%-33s %9s %12s %11s %11s".formatted("model", "requests", "tokens in", "tokens out", "cost USD"));
        models.parts()
                .forEach(usage -> lines.add("%-33s %,9d %,12d %,11d %11s"
                        .formatted(
                                shortened(usage.id(), 33),
                                usage.requests(),
                                usage.tokensInput(),
                                usage.tokensOutput(),
                                dollars(usage.cost()))));
        lines.add("");
        if (disabledKeys.isEmpty()) {
            lines.add("no API key has reached a limit");
        }
        for (Results.Disabled key : disabledKeys) {
            lines.add("API key \"%s\" is off: it spent $%s of its $%s a %s"
                    .formatted(
                            keyLabels.getOrDefault(key.apiKey(), key.apiKey()),
                            dollars(key.spent()),
                            limit(key.limit()),
                            key.cause().toLowerCase(Locale.ROOT)));
        }
        lines.add("");
        lines.add("%,d events sent, %,d accepted, %,d rejected; all results after %.1f s (%,.0f events/s)"
                .formatted(sent, accepted, rejected, seconds, accepted / Math.max(seconds, 0.001)));
        lines.add("in the data folder: %,d calls, %,d failed, %,d timed out, %,d without a price"
                .formatted(total.requests(), total.errors(), total.timeouts(), total.unpriced()));
        lines.add("they cost %s USD, to the last digit".formatted(total.cost().toPlainString()));
        return lines;
    }

    private static String row(@Nullable String name, Results.Usage usage) {
        Results.Usage.Latency latency = usage.latency();
        return "%-24s %,9d %,12d %,11d %11s %7s"
                .formatted(
                        shortened(name, 24),
                        usage.requests(),
                        usage.tokensInput(),
                        usage.tokensOutput(),
                        dollars(usage.cost()),
                        latency == null ? "-" : latency.p95Ms().movePointLeft(3).setScale(1, RoundingMode.HALF_EVEN));
    }

    private static String shortened(@Nullable String name, int width) {
        String whole = name == null ? "-" : name;
        return whole.length() <= width ? whole : whole.substring(0, width - 1) + "…";
    }

    /** At least cents, and no more zeros than that. */
    private static String limit(BigDecimal amount) {
        BigDecimal shortest = amount.stripTrailingZeros();
        return shortest.setScale(Math.max(2, shortest.scale())).toPlainString();
    }

    private static String dollars(BigDecimal amount) {
        return amount.setScale(4, RoundingMode.HALF_EVEN).toPlainString();
    }
}
