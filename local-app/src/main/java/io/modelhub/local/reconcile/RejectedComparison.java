package io.modelhub.local.reconcile;

import io.modelhub.local.usage.Placed;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.topic.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What is not counted stands on {@code modelhub.usage.rejected}: once, with its reason, and nothing else does. */
final class RejectedComparison {

    private static final String TOPIC = Topics.USAGE_REJECTED.name();

    /** Reason by place on {@code modelhub.usage}. */
    private final Map<String, String> expected = new HashMap<>();

    private final Map<String, List<String>> found = new HashMap<>();

    void expect(Placed<?> record, String reason) {
        expected.put(place(record.partition(), record.offset()), reason);
    }

    /** A rejected record that stands on {@code modelhub.usage}, too. */
    void found(RejectedUsage rejected, int partition, long offset) {
        found.computeIfAbsent(place(partition, offset), place -> new ArrayList<>(1))
                .add(rejected.getReason());
    }

    private static String place(int partition, long offset) {
        return "partition %d offset %d".formatted(partition, offset);
    }

    void compare(Consumer<Difference> differences) {
        new TreeMap<>(expected).forEach((place, reason) -> {
            List<String> reasons = found.getOrDefault(place, List.of());
            if (reasons.isEmpty()) {
                differences.accept(Difference.missing(TOPIC, place, reason));
                return;
            }
            if (!reasons.get(0).equals(reason)) {
                differences.accept(new Difference(TOPIC, place, "reason", reason, reasons.get(0)));
            }
            reasons.stream()
                    .skip(1)
                    .forEach(again -> differences.accept(Difference.extra(TOPIC, place, again + ", once more")));
        });
        new TreeMap<>(found).forEach((place, reasons) -> {
            if (!expected.containsKey(place)) {
                differences.accept(Difference.extra(TOPIC, place, reasons.get(0)));
            }
        });
    }

    long expected() {
        return expected.size();
    }
}
