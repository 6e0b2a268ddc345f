package io.modelhub.aggregator.day;

import static java.util.Comparator.comparing;

import io.modelhub.aggregator.sum.Figures;
import io.modelhub.aggregator.sum.UsageSum;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.KeyUsageDayKey;
import io.modelhub.schema.ModelUsage;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.RuleUsageDayKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Days as the records that are published. */
public final class DayRecords {

    /** A record names at most this many models, so that a subject that calls thousands stays readable by a broker. */
    static final int LISTED_MODELS = 50;

    private static final Comparator<Map.Entry<String, UsageSum>> LARGEST_FIRST = comparing(
                    (Map.Entry<String, UsageSum> entry) -> entry.getValue().cost())
            .thenComparing(entry -> entry.getValue().requests())
            .reversed()
            .thenComparing(Map.Entry::getKey);

    private DayRecords() {}

    public static KeyUsageDayKey keyOfKey(DayId id) {
        return new KeyUsageDayKey(id.subject(), Instant.ofEpochMilli(id.day()));
    }

    public static RuleUsageDayKey keyOfRule(DayId id) {
        return new RuleUsageDayKey(id.subject(), Instant.ofEpochMilli(id.day()));
    }

    /** @param organization whose key it is; null: shared, or unknown to the catalog */
    public static KeyUsageDay ofKey(DayId id, @Nullable String organization, ModelSums sums) {
        KeyUsageDay record = new KeyUsageDay();
        Figures.set(record, "api_key", id.subject());
        Figures.set(record, "organization", organization);
        return filled(record, id, sums);
    }

    static RuleUsageDay ofRule(DayId id, ModelSums sums) {
        RuleUsageDay record = new RuleUsageDay();
        Figures.set(record, "routing_rule", id.subject());
        return filled(record, id, sums);
    }

    private static <R extends SpecificRecord> R filled(R record, DayId id, ModelSums sums) {
        DaySum total = sums.total();
        Figures.set(record, "window_start", Instant.ofEpochMilli(id.day()));
        Figures.set(record, "window_end", Instant.ofEpochMilli(Grain.DAY.endOf(id.day())));
        Figures.put(record, total.calls().usage());
        Figures.put(record, total.calls().latency());
        Figures.set(record, "last_used_at", total.lastUsedAt());
        Figures.set(record, "models", models(sums));
        return record;
    }

    /** The largest, and the others together. */
    static List<ModelUsage> models(ModelSums sums) {
        List<ModelUsage> models = new ArrayList<>();
        UsageSum others = new UsageSum();
        sums.byModel().entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue().calls().usage()))
                .sorted(LARGEST_FIRST)
                .forEach(entry -> {
                    if (models.size() < LISTED_MODELS) {
                        models.add(model(entry.getKey(), entry.getValue()));
                    } else {
                        others.add(entry.getValue());
                    }
                });
        if (others.requests() > 0) {
            models.add(model(null, others));
        }
        return models;
    }

    private static ModelUsage model(@Nullable String model, UsageSum usage) {
        ModelUsage record = new ModelUsage();
        Figures.set(record, "model", model);
        Figures.put(record, usage);
        return record;
    }
}
