package io.modelhub.catalog.performance;

import io.modelhub.catalog.follow.Followers;
import io.modelhub.catalog.follow.TopicReader;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * How each model does at the moment, over all organizations: the windows of {@code modelhub.analytics.usage-1m} that began in
 * the last {@link RecentCalls#BACK five minutes}, by the wall clock. Made anew at most once a second.
 */
@Component
public class ModelPerformance {

    private static final Duration PACE = Duration.ofSeconds(1);

    /** A window is published from its first call on, which may be five minutes ahead of the clock. */
    private static final Duration LOOK_BACK = RecentCalls.BACK.plusMinutes(7);

    private volatile Snapshot snapshot = new Snapshot(Instant.EPOCH, Map.of());

    private record Snapshot(Instant at, Map<String, Performance> performances) {}

    /**
     * @param from inclusive
     * @param to when it was computed
     */
    public record Measured(Instant from, Instant to, Performance performance) {}

    ModelPerformance(Followers followers, Topics topics) {
        followers.followFrom(topics.usage1m(), LOOK_BACK, new Reader(Clock.systemUTC()));
    }

    private final class Reader implements TopicReader<UsageWindowKey, UsageWindow> {

        private final Clock clock;
        private final RecentCalls calls = new RecentCalls();
        private boolean changed;

        Reader(Clock clock) {
            this.clock = clock;
        }

        @Override
        public void read(UsageWindowKey key, @Nullable UsageWindow window) {
            changed |= calls.take(key, window, clock.instant());
        }

        @Override
        public void settle() {
            Instant now = clock.instant();
            boolean minuteTurned = !RecentCalls.from(now).equals(RecentCalls.from(snapshot.at));
            if (minuteTurned || (changed && Duration.between(snapshot.at, now).compareTo(PACE) >= 0)) {
                snapshot = new Snapshot(now, calls.performances(now));
                changed = false;
            }
        }
    }

    /** @param model identifier */
    public Performance of(String model) {
        return snapshot.performances.getOrDefault(model, Performance.NONE);
    }

    /** @param model identifier */
    public Measured measured(String model) {
        Snapshot now = snapshot;
        return new Measured(RecentCalls.from(now.at), now.at, now.performances.getOrDefault(model, Performance.NONE));
    }
}
