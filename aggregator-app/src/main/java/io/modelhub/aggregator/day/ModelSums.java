package io.modelhub.aggregator.day;

import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.aggregator.sum.Usd;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** What some calls of a subject add up to, by model. Changed in place; one thread at a time. */
public final class ModelSums {

    private final Map<String, DaySum> byModel = new TreeMap<>();

    void add(PricedCall call) {
        of(call.usage().getModel()).add(call);
    }

    /** The sum of a model, to add to. */
    DaySum of(String model) {
        return byModel.computeIfAbsent(model, ignored -> new DaySum());
    }

    /** By the model's identifier. */
    Map<String, DaySum> byModel() {
        return byModel;
    }

    public boolean isEmpty() {
        return byModel.isEmpty();
    }

    /** All models together. */
    public DaySum total() {
        DaySum total = new DaySum();
        byModel.values().forEach(total::add);
        return total;
    }

    /** US dollars of all models. */
    public BigDecimal cost() {
        return byModel.values().stream().map(sum -> sum.calls().usage().cost()).reduce(Usd.ZERO, BigDecimal::add);
    }

    /** Time of the latest call. */
    public Instant lastUsedAt() {
        return byModel.values().stream()
                .map(DaySum::lastUsedAt)
                .max(Instant::compareTo)
                .orElseThrow();
    }
}
