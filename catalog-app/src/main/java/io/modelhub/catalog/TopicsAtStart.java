package io.modelhub.catalog;

import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Creates the platform's topics once the broker answers, trying again until it does, and tells readiness whether the broker
 * answers now and the topics are there.
 */
@Component("brokerHealthIndicator")
final class TopicsAtStart implements SmartLifecycle, HealthIndicator {

    private static final Logger LOG = LoggerFactory.getLogger(TopicsAtStart.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** A readiness probe waits about that long. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final Map<String, Object> adminConfig;

    private volatile @Nullable Admin admin;
    private volatile @Nullable Thread thread;
    private volatile boolean inPlace;

    TopicsAtStart(KafkaProperties kafka) {
        adminConfig = kafka.buildAdminProperties();
        adminConfig.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        adminConfig.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    }

    @Override
    public void start() {
        Admin client = Admin.create(adminConfig);
        admin = client;
        Thread worker = new Thread(() -> ensure(client), "topics-at-start");
        worker.setDaemon(true);
        thread = worker;
        worker.start();
    }

    private void ensure(Admin client) {
        boolean reported = false;
        while (!inPlace) {
            try {
                TopicCreation creation = TopicCreation.ensure(client, Topics.ALL);
                if (!creation.created().isEmpty()) {
                    LOG.info("created the topics {}", creation.created());
                }
                creation.differences().forEach(difference -> LOG.warn("topic {}", difference));
                inPlace = true;
            } catch (KafkaException e) {
                if (!reported) {
                    LOG.warn("the topics can't be created yet, trying on: {}", e.getMessage());
                    reported = true;
                }
                if (!pause()) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** False when the app is stopping. */
    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public Health health() {
        Admin client = admin;
        if (client == null) {
            return Health.outOfService().withDetail("reason", "not started").build();
        }
        try {
            client.describeCluster().nodes().get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return Health.outOfService()
                    .withDetail("reason", "the broker does not answer")
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Health.unknown().build();
        }
        return inPlace
                ? Health.up().build()
                : Health.outOfService()
                        .withDetail("reason", "the topics are not created yet")
                        .build();
    }

    @Override
    public void stop() {
        Thread worker = thread;
        if (worker != null) {
            worker.interrupt();
            thread = null;
        }
        Admin client = admin;
        if (client != null) {
            client.close(Duration.ofSeconds(1));
            admin = null;
        }
    }

    @Override
    public boolean isRunning() {
        return admin != null;
    }
}
