package io.modelhub.aggregator;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the results must be, computed from the events by another path than the aggregator's: plain decimals, a list of all
 * latencies, one pass.
 */
final class Expected {

    /** US dollars per 1,000 tokens. */
    record Price(BigDecimal input, BigDecimal output) {

        BigDecimal cost(ModelMetrics usage) {
            return input.multiply(BigDecimal.valueOf(usage.getTokensInput()))
                    .add(output.multiply(BigDecimal.valueOf(usage.getTokensOutput())))
                    .divide(BigDecimal.valueOf(1000))
                    .setScale(12, RoundingMode.HALF_EVEN);
        }
    }

    static final class Sum {
        long requests;
        long errors;
        long timeouts;
        long tokensInput;
        long tokensOutput;
        BigDecimal cost = BigDecimal.ZERO.setScale(12);
        final List<Long> latencies = new ArrayList<>();

        private void add(ModelMetrics usage, BigDecimal amount) {
            requests++;
            errors += usage.getStatus() == CallStatus.Error ? 1 : 0;
            timeouts += usage.getStatus() == CallStatus.Timeout ? 1 : 0;
            tokensInput += usage.getTokensInput();
            tokensOutput += usage.getTokensOutput();
            cost = cost.add(amount);
            if (usage.getLatencyMs() != null) {
                latencies.add(usage.getLatencyMs());
            }
        }

        /** The exact value at a quantile, by the rank that DDSketch documents. */
        long latencyAt(double quantile) {
            List<Long> sorted = new ArrayList<>(latencies);
            Collections.sort(sorted);
            return sorted.get((int) (quantile * (sorted.size() - 1)));
        }
    }

    record Window(String organization, String model, Instant start) implements Comparable<Window> {
        @Override
        public int compareTo(Window other) {
            return toString().compareTo(other.toString());
        }
    }

    private final Map<String, Price> prices;
    final Map<Duration, Map<Window, Sum>> windows = new TreeMap<>();
    final Map<String, Sum> keys = new TreeMap<>();
    final Map<String, Map<String, Sum>> modelsOfKeys = new TreeMap<>();
    final Map<String, Sum> rules = new TreeMap<>();
    final Map<String, Map<String, Sum>> modelsOfRules = new TreeMap<>();

    Expected(Map<String, Price> prices, Duration... sizes) {
        this.prices = prices;
        for (Duration size : sizes) {
            windows.put(size, new TreeMap<>());
        }
    }

    void add(ModelMetrics usage) {
        Price price = prices.get(usage.getModel());
        BigDecimal amount = usage.getCost() != null ? usage.getCost() : price.cost(usage);
        windows.forEach((size, sums) -> {
            long time = usage.getTimestamp().toEpochMilli();
            Instant start = Instant.ofEpochMilli(time / size.toMillis() * size.toMillis());
            sums.computeIfAbsent(new Window(usage.getOrganization(), usage.getModel(), start), ignored -> new Sum())
                    .add(usage, amount);
        });
        if (usage.getApiKey() != null) {
            add(usage.getApiKey(), keys, modelsOfKeys, usage, amount);
        }
        if (usage.getRoutingRule() != null) {
            add(usage.getRoutingRule(), rules, modelsOfRules, usage, amount);
        }
    }

    private static void add(
            String subject,
            Map<String, Sum> wholes,
            Map<String, Map<String, Sum>> models,
            ModelMetrics usage,
            BigDecimal amount) {
        wholes.computeIfAbsent(subject, ignored -> new Sum()).add(usage, amount);
        models.computeIfAbsent(subject, ignored -> new TreeMap<>())
                .computeIfAbsent(usage.getModel(), ignored -> new Sum())
                .add(usage, amount);
    }
}
