package io.modelhub.catalog.follow;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.modelhub.topic.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Follows topics, each in a thread of its own and committed records only, from the app's start to its end: first up to where
 * the topic ended, then as it grows. Every instance of the app reads everything; nothing is shared with the others.
 *
 * <p>Ready once each topic was read to its end. Broker or registry away: what was read stays, and reading goes on where it
 * stopped. A record that can't be read is passed over, logged and counted.
 */
@Component("followersHealthIndicator")
public final class Followers implements SmartLifecycle, HealthIndicator, MeterBinder {

    private final Map<String, Object> consumerConfig;
    private final List<Follower<?, ?>> followers = new CopyOnWriteArrayList<>();

    private volatile boolean running;

    Followers(KafkaProperties kafka) {
        consumerConfig = new HashMap<>(kafka.buildConsumerProperties());
        consumerConfig.put(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                IsolationLevel.READ_COMMITTED.name().toLowerCase(Locale.ROOT));
        // Where records were deleted under the reader; else it says itself where to read.
        consumerConfig.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumerConfig.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        consumerConfig.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
        consumerConfig.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    }

    /** Follows a topic from its beginning. To be called before the app starts. */
    public <K, V> void follow(Topic<K, V> topic, TopicReader<K, V> reader) {
        add(topic, null, reader);
    }

    /** Follows a topic from what was appended in a time before the start on. To be called before the app starts. */
    public <K, V> void followFrom(Topic<K, V> topic, Duration lookBack, TopicReader<K, V> reader) {
        add(topic, lookBack, reader);
    }

    private <K, V> void add(Topic<K, V> topic, @Nullable Duration lookBack, TopicReader<K, V> reader) {
        Map<String, Object> config = new HashMap<>(consumerConfig);
        config.merge(ConsumerConfig.CLIENT_ID_CONFIG, topic.name(), (client, name) -> client + "-" + name);
        followers.add(new Follower<>(config, topic, lookBack, reader));
    }

    /** Whether each topic was read to where it ended at the start. Stays true. */
    public boolean haveCaughtUp() {
        for (Follower<?, ?> follower : followers) {
            if (!follower.hasCaughtUp()) {
                return false;
            }
        }
        return running;
    }

    @Override
    public Health health() {
        Health.Builder health = haveCaughtUp() ? Health.up() : Health.outOfService();
        followers.forEach(follower -> health.withDetail(follower.topic(), follower.state()));
        return health.build();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        followers.forEach(
                follower -> FunctionCounter.builder("modelhub.follow.passed.over", follower, Follower::passedOver)
                        .description("Records of a followed topic that could not be read")
                        .tag("topic", follower.topic())
                        .register(registry));
    }

    @Override
    public void start() {
        followers.forEach(Follower::start);
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        followers.forEach(Follower::askToStop);
        followers.forEach(Follower::awaitStop);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
