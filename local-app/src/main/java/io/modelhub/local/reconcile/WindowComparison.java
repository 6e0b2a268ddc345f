package io.modelhub.local.reconcile;

import io.modelhub.local.usage.Buckets;
import io.modelhub.local.usage.Catalog;
import io.modelhub.local.usage.Placed;
import io.modelhub.local.usage.Span;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.schema.UsageWindow;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The windows that the counted calls make, against those on {@code modelhub.analytics.usage-*}. */
final class WindowComparison {

    private final ReconciliationRules rules;
    private final Catalog catalog;
    private final Buckets<ModelMetrics> counted;
    private final Buckets<UsageCorrection> corrections;
    private final Map<Grain, Buckets<UsageWindow>> found = new EnumMap<>(Grain.class);
    private long compared;

    WindowComparison(ReconciliationRules rules, Catalog catalog, Path folder, int buckets) {
        this.rules = rules;
        this.catalog = catalog;
        this.counted = new Buckets<>(ModelMetrics.class, folder, "counted-by-window", buckets);
        this.corrections = new Buckets<>(UsageCorrection.class, folder, "corrections-by-window", buckets);
        for (Grain grain : rules.grains()) {
            found.put(grain, new Buckets<>(UsageWindow.class, folder, "found-" + grain, buckets));
        }
    }

    /** @param call with the organization and the cost that it counts with */
    void count(Placed<ModelMetrics> call) {
        ModelMetrics usage = call.required();
        counted.add(together(usage.getOrganization(), usage.getModel()), call);
    }

    /** A record of {@code modelhub.usage.corrections}. */
    void correct(Placed<UsageCorrection> record) {
        UsageCorrection correction = record.required();
        corrections.add(together(organizationOf(correction), correction.getModel()), record);
    }

    private static String organizationOf(UsageCorrection correction) {
        return correction.getOrganization() == null ? Catalog.NO_ORGANIZATION : correction.getOrganization();
    }

    /** A record of a grain's topic. */
    void found(Grain grain, String organization, String model, Instant start, Placed<UsageWindow> record) {
        Buckets<UsageWindow> windows = found.get(grain);
        if (windows == null) {
            throw new IllegalArgumentException(grain + " is not to be compared");
        }
        windows.add(together(organization, model), record.withKey(key(organization, model, start)));
    }

    private static String together(String organization, String model) {
        return organization + " " + model;
    }

    private static String key(String organization, String model, Instant start) {
        return organization + " " + model + " " + start;
    }

    void compare(Consumer<Difference> differences) {
        counted.close();
        corrections.close();
        found.forEach((grain, windows) -> {
            windows.close();
            for (int bucket = 0; bucket < windows.count(); bucket++) {
                compare(grain, expected(grain, bucket), windows.latest(bucket), differences);
            }
        });
    }

    private Map<String, Window> expected(Grain grain, int bucket) {
        Map<String, Window> windows = new TreeMap<>();
        counted.read(bucket, call -> {
            ModelMetrics usage = call.required();
            Span span = grain.containing(usage.getTimestamp(), catalog.zoneOf(usage.getOrganization()));
            windows.computeIfAbsent(
                            key(usage.getOrganization(), usage.getModel(), span.start()),
                            key -> new Window(usage.getOrganization(), usage.getModel(), span, new UsageSums()))
                    .sums
                    .add(usage);
        });
        Set<String> applied = new HashSet<>();
        corrections.read(bucket, record -> {
            UsageCorrection correction = record.required();
            Span span = grain.containing(correction.getRangeStart(), catalog.zoneOf(organizationOf(correction)));
            Window window = windows.get(key(organizationOf(correction), correction.getModel(), span.start()));
            if (window != null && span.holds(KeySpend.correctedSpan(correction)) && applied.add(correction.getId())) {
                window.sums.add(correction);
            }
        });
        return windows;
    }

    private void compare(
            Grain grain,
            Map<String, Window> expected,
            Map<String, UsageWindow> found,
            Consumer<Difference> differences) {
        Instant kept = rules.asOf().minus(grain.retention());
        expected.forEach((key, window) -> {
            UsageWindow there = found.remove(key);
            boolean mayBeGone = there == null && window.span.start().isBefore(kept);
            if (rules.compared().holds(window.span) && !mayBeGone) {
                compared++;
                window.compare(grain.topic(), key, there, differences);
            }
        });
        new TreeMap<>(found).forEach((key, window) -> {
            if (rules.isAbout(window.getOrganization())
                    && rules.compared().holds(new Span(window.getWindowStart(), window.getWindowEnd()))) {
                compared++;
                differences.accept(
                        Difference.extra(grain.topic(), key, UsageSums.text(window.getRequests(), window.getCost())));
            }
        });
    }

    /** Windows that should be there or are, of all grains. */
    long compared() {
        return compared;
    }

    private record Window(String organization, String model, Span span, UsageSums sums) {

        void compare(String topic, String key, @Nullable UsageWindow found, Consumer<Difference> differences) {
            if (found == null) {
                differences.accept(Difference.missing(topic, key, sums.toString()));
            } else {
                sums.inWindow(span)
                        .with("organization", organization)
                        .with("model", model)
                        .compare(topic, key, found, differences);
            }
        }
    }
}
