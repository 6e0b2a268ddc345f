package io.modelhub.ingest.run;

import io.modelhub.ingest.publish.UsagePublisher;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Makes the platform ready for events and watches that it stays so: the topics are there, their schemas are registered, each
 * partition that is written to has a leader. Broker and registry may come and go; the process stays, and says in its health
 * what it waits for.
 */
final class PlatformWatch implements HealthIndicator, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(PlatformWatch.class);

    /** Between two looks. A load balancer learns of an outage this much later, at most. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private static final List<String> WRITTEN = List.of(Topics.USAGE.name(), Topics.USAGE_REJECTED.name());

    private final Supplier<Admin> admins;
    private final UsagePublisher publisher;

    private volatile Health health =
            Health.outOfService().withDetail("reason", "starting").build();
    private volatile @Nullable ExecutorService thread;

    PlatformWatch(Supplier<Admin> admins, UsagePublisher publisher) {
        this.admins = admins;
        this.publisher = publisher;
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public void start() {
        ExecutorService fresh = Executors.newSingleThreadExecutor(work -> new Thread(work, "platform-watch"));
        thread = fresh;
        fresh.execute(this::watch);
    }

    @Override
    public void stop() {
        ExecutorService running = thread;
        if (running != null) {
            running.shutdownNow();
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void watch() {
        try {
            while (true) {
                // A new client after each failure: the broker may come back under another address.
                try (Admin admin = admins.get()) {
                    prepare(admin);
                    while (true) {
                        requireLeaders(admin);
                        become(Health.up().build());
                        Thread.sleep(PAUSE.toMillis());
                    }
                } catch (KafkaException e) {
                    become(Health.outOfService()
                            .withDetail("reason", e.toString())
                            .build());
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            log.debug("The watch ends");
        }
    }

    /** Cheap where all is there already. */
    private void prepare(Admin admin) throws InterruptedException {
        TopicCreation topics = TopicCreation.ensure(admin, Topics.ALL);
        if (!topics.created().isEmpty()) {
            log.info("Created the topics {}", topics.created());
        }
        topics.differences().forEach(difference -> log.warn("Topic differs from its definition: {}", difference));
        publisher.registerSchemas();
    }

    private static void requireLeaders(Admin admin) throws InterruptedException {
        try {
            for (TopicDescription topic :
                    admin.describeTopics(WRITTEN).allTopicNames().get().values()) {
                for (TopicPartitionInfo partition : topic.partitions()) {
                    if (partition.leader() == null) {
                        throw new KafkaException(
                                "partition %d of %s has no leader".formatted(partition.partition(), topic.name()));
                    }
                }
            }
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        }
    }

    private void become(Health next) {
        if (!next.getStatus().equals(health.getStatus())) {
            log.info("The platform is {} {}", next.getStatus(), next.getDetails());
        }
        health = next;
    }
}
