package io.modelhub.catalog.outbox;

import io.modelhub.topic.Topics;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.stereotype.Component;

/**
 * Carries committed records from the outbox to their topics: in commit order, at least once, within milliseconds of the commit.
 *
 * <p>A batch is one Kafka transaction, and its rows are deleted after that has committed. A crash in between sends the batch
 * again; a failure in the middle aborts it, so a reader of committed records never sees a part of a batch, or a later record
 * before an earlier one. One instance relays at a time: it holds a lock of the database for as long as its connection lives.
 * One that lost its connection and doesn't know it yet is fenced off by the transactional id.
 *
 * <p>Broker, registry or database away: it pauses, says so in its health, and tries again until it is stopped.
 */
@Component
public class OutboxRelay implements SmartLifecycle {

    /** PostgreSQL notifies it at each commit that appended. */
    static final String CHANNEL = "outbox";

    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final String TRANSACTIONAL_ID = "modelhub-catalog-outbox";

    /** A session's lock, released by PostgreSQL when the connection ends, however it ends. */
    private static final long RELAY_LOCK = 0x6d6f_6465_6c68_0002L;

    private static final String TAKE_LOCK = "SELECT pg_try_advisory_lock(" + RELAY_LOCK + ")";
    private static final String NEXT = "SELECT sequence, topic, key, payload FROM outbox ORDER BY sequence LIMIT ?";
    private static final String DONE = "DELETE FROM outbox WHERE sequence = ANY (?)";

    /** A machine that is lost without a word gives the lock back within half a minute; PostgreSQL's default is two hours. */
    private static final String NOTICE_LOSS =
            "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

    /** A database that is lost without a word is as good as away after so long. */
    private static final Duration DATABASE_ANSWERS = Duration.ofSeconds(30);

    private static final int BATCH = 1_000;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** A lost notification delays a record by no more than this; so does the app's stop. */
    private static final Duration LISTEN = Duration.ofMillis(300);

    private final DataSource database;
    private final Map<String, Object> producerConfig;
    private final Lanes lanes;

    private volatile State state = new State(Phase.STARTING, null);
    private volatile @Nullable Thread thread;
    private volatile CountDownLatch stopping = new CountDownLatch(0);

    OutboxRelay(DataSource pool, KafkaProperties kafka, Topics topics) {
        // A connection of its own: the pool's may not listen, hold a lock, or be away for good.
        this.database = DataSourceBuilder.derivedFrom(pool)
                .type(SimpleDriverDataSource.class)
                .build();
        this.producerConfig = producerConfig(kafka);
        this.lanes = new Lanes(topics);
    }

    private static Map<String, Object> producerConfig(KafkaProperties kafka) {
        Map<String, Object> config = new HashMap<>(kafka.buildProducerProperties());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // Short enough that an outage shows in the health within seconds.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 15_000);
        // The broker answers a transaction right after another with "try again"; the default waits 100 ms then.
        config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
        return config;
    }

    enum Phase {
        STARTING,
        RELAYING,
        /** Another instance relays. */
        STANDBY,
        /** Something that it needs is away. */
        PAUSED
    }

    record State(Phase phase, @Nullable String reason) {}

    State state() {
        return state;
    }

    @Override
    public void start() {
        CountDownLatch stop = new CountDownLatch(1);
        Thread worker = new Thread(() -> run(stop), "outbox-relay");
        worker.setDaemon(true);
        stopping = stop;
        thread = worker;
        worker.start();
    }

    private void run(CountDownLatch stop) {
        do {
            try (Connection connection = database.getConnection()) {
                connection.setNetworkTimeout(Runnable::run, (int) DATABASE_ANSWERS.toMillis());
                if (takesLock(connection)) {
                    relay(connection, stop);
                } else {
                    state = new State(Phase.STANDBY, null);
                }
            } catch (SQLException e) {
                pause("the database: " + e.getMessage(), null);
            } catch (KafkaException e) {
                pause("the broker or the schema registry: " + e.getMessage(), null);
            } catch (IOException | RuntimeException e) {
                // A record that can't be read stops the relay where it is, as skipping it would lose a commit.
                pause("a record can't be relayed: " + e, e);
            }
        } while (!stopsWithin(stop, PAUSE));
    }

    private void relay(Connection connection, CountDownLatch stop) throws SQLException, IOException {
        try (Statement listen = connection.createStatement()) {
            listen.execute(NOTICE_LOSS);
            listen.execute("LISTEN " + CHANNEL);
        }
        PGConnection notifications = connection.unwrap(PGConnection.class);
        Producer<String, byte @Nullable []> producer =
                new KafkaProducer<>(producerConfig, new StringSerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
            while (stop.getCount() > 0) {
                int relayed = relayBatch(connection, producer);
                if (state.phase() != Phase.RELAYING) {
                    LOG.info("relaying the outbox");
                    state = new State(Phase.RELAYING, null);
                }
                if (relayed < BATCH) {
                    notifications.getNotifications((int) LISTEN.toMillis());
                }
            }
        } finally {
            // An open transaction is aborted by the next one to take over.
            producer.close(Duration.ZERO);
        }
    }

    private int relayBatch(Connection connection, Producer<String, byte @Nullable []> producer)
            throws SQLException, IOException {
        List<Long> sequences = new ArrayList<>();
        List<ProducerRecord<String, byte @Nullable []>> records = new ArrayList<>();
        try (PreparedStatement next = connection.prepareStatement(NEXT)) {
            next.setInt(1, BATCH);
            try (ResultSet rows = next.executeQuery()) {
                while (rows.next()) {
                    sequences.add(rows.getLong("sequence"));
                    String topic = rows.getString("topic");
                    records.add(new ProducerRecord<>(
                            topic, rows.getString("key"), lanes.wireBytes(topic, rows.getBytes("payload"))));
                }
            }
        }
        if (records.isEmpty()) {
            return 0;
        }
        producer.beginTransaction();
        records.forEach(producer::send);
        producer.commitTransaction();
        Array done = connection.createArrayOf("bigint", sequences.toArray());
        try (PreparedStatement delete = connection.prepareStatement(DONE)) {
            delete.setArray(1, done);
            delete.executeUpdate();
        }
        return records.size();
    }

    private static boolean takesLock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet taken = statement.executeQuery(TAKE_LOCK)) {
            return taken.next() && taken.getBoolean(1);
        }
    }

    private void pause(String reason, @Nullable Exception bug) {
        if (state.phase() != Phase.PAUSED) {
            LOG.warn("the outbox waits for {}", reason, bug);
        }
        state = new State(Phase.PAUSED, reason);
    }

    private static boolean stopsWithin(CountDownLatch stop, Duration pause) {
        try {
            return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void stop() {
        stopping.countDown();
        Thread worker = thread;
        thread = null;
        if (worker != null) {
            try {
                worker.join(TimeUnit.SECONDS.toMillis(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
