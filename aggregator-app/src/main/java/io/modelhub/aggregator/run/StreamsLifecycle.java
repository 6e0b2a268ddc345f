package io.modelhub.aggregator.run;

import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the topology in this process: waits for the broker, creates the topics, starts Kafka Streams, and leaves the group on
 * the way out so that the next owner needs not wait.
 */
public final class StreamsLifecycle implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsLifecycle.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(20);

    private final Topology topology;
    private final List<TopicDefinition> results;
    private final Properties properties;
    private final AtomicReference<@Nullable KafkaStreams> streams = new AtomicReference<>();
    private final StandbyUpdateListener standbys;
    private final Restoring restoring = new Restoring();

    private volatile @Nullable Thread starter;
    private volatile boolean running;

    /**
     * @param results topics of its own, to be kept as long as they say
     * @param standbys is told how far standby copies are
     */
    public StreamsLifecycle(
            Topology topology, List<TopicDefinition> results, Properties properties, StandbyUpdateListener standbys) {
        this.topology = topology;
        this.results = results;
        this.properties = properties;
        this.standbys = standbys;
    }

    /** The running streams; empty while the broker has not been reached. */
    public Optional<KafkaStreams> streams() {
        return Optional.ofNullable(streams.get());
    }

    /** The values of some of its metrics, where they have one; none before the start. */
    DoubleStream metrics(Predicate<MetricName> which) {
        return streams().map(KafkaStreams::metrics).stream()
                .flatMap(metrics -> metrics.values().stream())
                .filter(metric -> which.test(metric.metricName()) && metric.metricValue() instanceof Double)
                .mapToDouble(metric -> (double) metric.metricValue())
                .filter(Double::isFinite);
    }

    /** Records of {@code modelhub.usage} that are still to be counted, as the consumers knew at their last fetch. */
    long lag() {
        return (long) metrics(metric -> metric.name().equals("records-lag")
                        && Topics.USAGE.name().equals(metric.tags().get("topic")))
                .sum();
    }

    /** Records of changelogs that are still to be restored. */
    long restoring() {
        return restoring.left();
    }

    /** A wrong Kafka setting stops the start; a broker that is away is waited for in the background. */
    @Override
    public void start() {
        running = true;
        Admin admin = Admin.create(new StreamsConfig(properties).getAdminConfigs("create-topics"));
        Thread thread = new Thread(() -> startOnceTheBrokerIsThere(admin), "start-streams");
        thread.setDaemon(true);
        starter = thread;
        thread.start();
    }

    private void startOnceTheBrokerIsThere(Admin admin) {
        try (admin) {
            createTopics(admin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        KafkaStreams started = new KafkaStreams(topology, properties);
        started.setUncaughtExceptionHandler(StreamsLifecycle::respond);
        started.setStateListener((now, before) -> LOG.info("Streams are {}", now));
        started.setGlobalStateRestoreListener(restoring);
        started.setStandbyUpdateListener(standbys);
        streams.set(started);
        if (running) {
            started.start();
        }
    }

    private void createTopics(Admin admin) throws InterruptedException {
        while (true) {
            try {
                TopicCreation.ensure(admin, Topics.ALL).differences().forEach(LOG::warn);
                TopicCreation.keep(admin, results).forEach(LOG::info);
                return;
            } catch (KafkaException e) {
                LOG.warn("Waiting for the broker: {}", e.getMessage());
                Thread.sleep(RETRY.toMillis());
            }
        }
    }

    /**
     * An outage passes, and the thread that it ended is replaced: its transaction was aborted, nothing is lost. Anything else
     * is a bug, and to repeat it forever would hide it: the client stops, liveness says so.
     */
    private static StreamThreadExceptionResponse respond(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException) {
                LOG.warn("A stream thread ended by an outage and is replaced: {}", cause.getMessage());
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
        }
        LOG.error("A stream thread failed; the aggregator stops, restart it once the cause is mended", failure);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    @Override
    public void stop() {
        running = false;
        Thread starting = starter;
        if (starting != null) {
            starting.interrupt();
        }
        streams()
                .ifPresent(open -> open.close(CloseOptions.timeout(CLOSE)
                        .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)));
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
