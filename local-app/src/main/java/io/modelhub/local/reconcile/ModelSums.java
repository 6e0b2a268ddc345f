package io.modelhub.local.reconcile;

import static java.util.Comparator.comparing;

import io.modelhub.local.usage.Span;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelUsage;
import io.modelhub.schema.UsageCorrection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What some counted calls add up to, together and by model. Changed in place; one thread at a time. */
final class ModelSums {

    /** A record lists so many models, the others together. */
    private static final int LISTED = 50;

    private static final Comparator<Map.Entry<String, UsageSums>> LARGEST_FIRST = comparing(
                    (Map.Entry<String, UsageSums> entry) -> entry.getValue().cost())
            .thenComparing(entry -> entry.getValue().requests())
            .reversed()
            .thenComparing(Map.Entry::getKey);

    private final UsageSums total = new UsageSums();
    private final Map<String, UsageSums> byModel = new HashMap<>();

    void add(ModelMetrics call) {
        total.add(call);
        byModel.computeIfAbsent(call.getModel(), model -> new UsageSums()).add(call);
    }

    /** A correction of a model that was not called corrects nothing. */
    void add(UsageCorrection correction) {
        UsageSums ofModel = byModel.get(correction.getModel());
        if (ofModel != null) {
            total.add(correction);
            ofModel.add(correction);
        }
    }

    UsageSums total() {
        return total;
    }

    /** What a subject's day must say. */
    ExpectedRecord inDay(Span span) {
        return total.inWindow(span).with("last_used_at", total.lastUsedAt()).with("models", models());
    }

    private List<ModelUsage> models() {
        List<ModelUsage> models = new ArrayList<>();
        UsageSums others = new UsageSums();
        byModel.entrySet().stream().sorted(LARGEST_FIRST).forEach(entry -> {
            if (models.size() < LISTED) {
                models.add(entry.getValue().ofModel(entry.getKey()));
            } else {
                others.add(entry.getValue());
            }
        });
        if (others.requests() > 0) {
            models.add(others.ofModel(null));
        }
        return models;
    }
}
