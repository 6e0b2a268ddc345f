package io.modelhub.catalog.performance;

import com.datadoghq.sketch.ddsketch.DDSketch;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.wire.MalformedRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the last minutes: of each model and minute what each organization used. Time is passed in. For one thread.
 *
 * <p>A window on the topic replaces the one before with its key, so sums are made anew where one changed: of a minute from its
 * organizations, of a model from its minutes.
 */
final class RecentCalls {

    /** Whole minutes before the present one, which counts too: so between five and six minutes. */
    static final Duration BACK = Duration.ofMinutes(5);

    private final Map<String, Map<Instant, Minute>> models = new HashMap<>();

    private static final class Minute {

        private final Map<String, CallSum> organizations = new HashMap<>();
        /** Null: to be made anew. */
        private @Nullable Calls calls;

        Calls calls() {
            if (calls == null) {
                calls = new Calls();
                organizations.values().forEach(calls::add);
            }
            return calls;
        }
    }

    /** A sum that more can be added to. */
    private static final class Calls {

        private long requests;
        private long failures;
        private @Nullable DDSketch latencies;

        void add(CallSum sum) {
            try {
                add(sum.requests(), sum.failures(), sum.latencies());
            } catch (IOException e) {
                // It was read when it came.
                throw new UncheckedIOException(e);
            }
        }

        void add(long moreRequests, long moreFailures, @Nullable DDSketch more) {
            requests += moreRequests;
            failures += moreFailures;
            if (more == null) {
                return;
            }
            if (latencies == null) {
                latencies = more.copy();
            } else {
                latencies.mergeWith(more);
            }
        }

        Performance performance() {
            if (requests == 0) {
                return Performance.NONE;
            }
            double errorRate = (double) failures / requests;
            if (latencies == null || latencies.isEmpty()) {
                return new Performance(requests, errorRate, null, null, null);
            }
            double[] percentiles = latencies.getValuesAtQuantiles(new double[] {0.5, 0.95, 0.99});
            return new Performance(requests, errorRate, percentiles[0], percentiles[1], percentiles[2]);
        }
    }

    /** The first minute that counts. */
    static Instant from(Instant now) {
        return now.truncatedTo(ChronoUnit.MINUTES).minus(BACK);
    }

    /**
     * @param window null: it is gone
     * @return whether it may change a sum
     * @throws MalformedRecordException its latencies can't be read
     */
    boolean take(UsageWindowKey key, @Nullable UsageWindow window, Instant now) {
        Instant start = key.getWindowStart();
        if (start.isBefore(from(now))) {
            return false;
        }
        Minute minute = models.computeIfAbsent(key.getModel(), model -> new HashMap<>())
                .computeIfAbsent(start, absent -> new Minute());
        if (window == null) {
            minute.organizations.remove(key.getOrganization());
        } else {
            minute.organizations.put(key.getOrganization(), readable(window));
        }
        minute.calls = null;
        return true;
    }

    private static CallSum readable(UsageWindow window) {
        CallSum sum = CallSum.of(window);
        try {
            sum.latencies();
        } catch (IOException e) {
            throw new MalformedRecordException("a latency sketch can't be read", e);
        }
        return sum;
    }

    /** By model; those without a call are missing. Forgets the minutes that no longer count. */
    Map<String, Performance> performances(Instant now) {
        Instant from = from(now);
        Map<String, Performance> performances = new HashMap<>();
        models.values().forEach(minutes -> minutes.keySet().removeIf(start -> start.isBefore(from)));
        models.values().removeIf(Map::isEmpty);
        models.forEach((model, minutes) -> {
            Calls calls = new Calls();
            minutes.forEach((start, minute) -> {
                // An event may be up to five minutes ahead of the clock; its minute counts when it has begun.
                if (!start.isAfter(now)) {
                    Calls part = minute.calls();
                    calls.add(part.requests, part.failures, part.latencies);
                }
            });
            if (calls.requests > 0) {
                performances.put(model, calls.performance());
            }
        });
        return performances;
    }
}
