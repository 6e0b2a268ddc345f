package io.modelhub.aggregator.publish;

import static java.util.Comparator.comparing;

import io.modelhub.aggregator.ledger.Page;
import io.modelhub.aggregator.sum.CallSum;
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

    public static KeyUsageDayKey keyOfKey(Page day) {
        return new KeyUsageDayKey(day.subject(), Instant.ofEpochMilli(day.start()));
    }

    public static RuleUsageDayKey keyOfRule(Page day) {
        return new RuleUsageDayKey(day.subject(), Instant.ofEpochMilli(day.start()));
    }

    /** @param organization whose key it is; null: shared, or unknown to the catalog */
    public static KeyUsageDay ofKey(Page day, @Nullable String organization) {
        KeyUsageDay record = new KeyUsageDay();
        Figures.set(record, "api_key", day.subject());
        Figures.set(record, "organization", organization);
        return filled(record, day);
    }

    public static RuleUsageDay ofRule(Page day) {
        RuleUsageDay record = new RuleUsageDay();
        Figures.set(record, "routing_rule", day.subject());
        return filled(record, day);
    }

    private static <R extends SpecificRecord> R filled(R record, Page day) {
        CallSum total = day.total();
        Figures.set(record, "window_start", Instant.ofEpochMilli(day.start()));
        Figures.set(record, "window_end", Instant.ofEpochMilli(Grain.DAY.endOf(day.start())));
        Figures.put(record, total.usage());
        Figures.put(record, total.latency());
        Figures.set(record, "last_used_at", total.latestAt());
        Figures.set(record, "models", models(day));
        return record;
    }

    /** The largest, and the others together. */
    static List<ModelUsage> models(Page day) {
        List<Map.Entry<String, UsageSum>> sums = new ArrayList<>();
        day.forEach(cell -> sums.add(Map.entry(cell.model(), cell.sum().usage())));
        sums.sort(LARGEST_FIRST);
        List<ModelUsage> models = new ArrayList<>();
        UsageSum others = new UsageSum();
        for (Map.Entry<String, UsageSum> sum : sums) {
            if (models.size() < LISTED_MODELS) {
                models.add(model(sum.getKey(), sum.getValue()));
            } else {
                others.add(sum.getValue());
            }
        }
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
