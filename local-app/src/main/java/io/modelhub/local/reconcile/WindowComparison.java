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
    private final Calendars calendars;
    private final Buckets<ModelMetrics> counted;
    private final Buckets<ModelMetrics> repeated;
    private final Buckets<UsageCorrection> corrections;
    private final Map<Grain, Buckets<UsageWindow>> found = new EnumMap<>(Grain.class);
    private long compared;

    WindowComparison(ReconciliationRules rules, Calendars calendars, Path folder, int buckets) {
        this.rules = rules;
        this.calendars = calendars;
        this.counted = new Buckets<>(ModelMetrics.class, folder, "counted-by-window", buckets);
        this.repeated = new Buckets<>(ModelMetrics.class, folder, "repeated-by-window", buckets);
        this.corrections = new Buckets<>(UsageCorrection.class, folder, "corrections-by-window", buckets);
        for (Grain grain : rules.grains()) {
            found.put(grain, new Buckets<>(UsageWindow.class, folder, "found-" + grain, buckets));
        }
    }

    /** @param call with the organization and the cost that it counts with */
    void count(Placed<ModelMetrics> call) {
        ModelMetrics usage = call.required();
        calendars.use(usage.getOrganization());
        counted.add(together(usage.getOrganization(), usage.getModel()), call);
    }

    /** @param call that was counted before, with the organization that it would count for */
    void repeat(Placed<ModelMetrics> call) {
        ModelMetrics usage = call.required();
        calendars.use(usage.getOrganization());
        repeated.add(together(usage.getOrganization(), usage.getModel()), call);
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
        repeated.close();
        corrections.close();
        found.forEach((grain, windows) -> {
            windows.close();
            for (int bucket = 0; bucket < windows.count(); bucket++) {
                compare(grain, expected(grain, bucket), windows.latest(bucket), differences);
            }
        });
        calendars.compare(differences);
    }

    private Map<String, Window> expected(Grain grain, int bucket) {
        Map<String, Window> windows = new TreeMap<>();
        counted.read(
                bucket, call -> window(windows, grain, call.required()).sums.add(call.required()));
        repeated.read(bucket, repeat -> repeat(windows, grain, repeat.required()));
        Set<String> applied = new HashSet<>();
        corrections.read(bucket, record -> {
            UsageCorrection correction = record.required();
            Span span = calendars.containing(grain, organizationOf(correction), correction.getRangeStart());
            Window window = windows.get(key(organizationOf(correction), correction.getModel(), span.start()));
            if (window != null && span.holds(KeySpend.correctedSpan(correction)) && applied.add(correction.getId())) {
                window.sums.add(correction);
            }
        });
        return windows;
    }

    /** Where no call is counted there is no window to show it in. */
    private void repeat(Map<String, Window> windows, Grain grain, ModelMetrics usage) {
        Span span = calendars.containing(grain, usage.getOrganization(), usage.getTimestamp());
        Window window = windows.get(key(usage.getOrganization(), usage.getModel(), span.start()));
        if (window != null) {
            window.duplicates[0]++;
        }
    }

    /** The window of a call; begun where there is none. */
    private Window window(Map<String, Window> windows, Grain grain, ModelMetrics usage) {
        String organization = usage.getOrganization();
        Span span = calendars.containing(grain, organization, usage.getTimestamp());
        return windows.computeIfAbsent(
                key(organization, usage.getModel(), span.start()),
                key -> new Window(organization, usage.getModel(), span, new UsageSums(), new long[1]));
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

    /** @param duplicates how many, in its only element */
    private record Window(String organization, String model, Span span, UsageSums sums, long[] duplicates) {

        void compare(String topic, String key, @Nullable UsageWindow found, Consumer<Difference> differences) {
            if (found == null) {
                differences.accept(Difference.missing(topic, key, sums.toString()));
            } else {
                sums.inWindow(span)
                        .with("organization", organization)
                        .with("model", model)
                        .with("duplicates", duplicates[0])
                        .compare(topic, key, found, differences);
            }
        }
    }
}
