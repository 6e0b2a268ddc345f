package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.catalog.outbox.RelayProcess;
import io.modelhub.schema.Organization;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes are killed and servers cut off under writes: the topic comes to what the database holds, every write that was
 * acknowledged is told, and none that was refused.
 */
class RelayIT {

    private static final int CREATES = 10_000;
    private static final int WRITERS = 4;
    private static final int KILLS = 5;

    /** Long enough here for every timeout of a client that matters; {@code -Dmodelhub.test.outage-seconds=60} for a minute. */
    private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("modelhub.test.outage-seconds", 5));

    private static final String REFUSED = "refused";
    private static final String FIRST = "relay-first";

    /** Which connection holds the relay's lock of this database. */
    private static final String HOLDER = """
            SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE locktype = 'advisory' AND granted AND datname = current_database() AND application_name LIKE 'relay-%'
            AND objid = 0x6c680002 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""";

    private static final Platform PLATFORM = Platform.shared();

    /** Not the shared one: whoever starts after this would have to read ten thousand organizations there. */
    private static KafkaForTests kafka;

    @BeforeAll
    static void startABroker() {
        kafka = KafkaForTests.start();
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
    }

    private static RunningCatalog started(Platform.Database database) {
        return RunningCatalog.start(
                database, kafka.bootstrapServers(), PLATFORM.registry().url());
    }

    @Test
    void tenThousandCreatesArePublishedInTheirFinalVersionThoughTheRelayIsKilledFiveTimes() throws Exception {
        Platform.Database database = PLATFORM.database("relay_killed_it");
        Map<String, RelayProcess> relays = new HashMap<>();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try (RunningCatalog catalog = started(database)) {
            catalog.stopRelay();
            relays.put("relay-0", relay("relay-0", database));
            relays.put("relay-1", relay("relay-1", database));
            AtomicInteger created = new AtomicInteger();
            List<Future<?>> ends = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                String prefix = "killed-" + writer + "-";
                ends.add(writers.submit(() -> createMany(catalog, prefix, CREATES / WRITERS, created)));
            }

            Set<String> killed = new HashSet<>();
            for (int kill = 1; kill <= KILLS; kill++) {
                int reached = CREATES * kill / (KILLS + 1);
                Eventually.holds(
                        "one relay has the lock and work to do",
                        () -> created.get() >= reached
                                && waiting(catalog) > 0
                                && holder(catalog).size() == 1);
                String holder = holder(catalog).get(0);
                RelayProcess relaying = relays.remove(holder);
                assertThat(relaying)
                        .as("one that was killed holds no lock: " + holder)
                        .isNotNull();
                relaying.kill();
                killed.add(holder);
                if (kill < KILLS) {
                    String next = "relay-" + (kill + 1);
                    relays.put(next, relay(next, database));
                }
            }
            for (Future<?> end : ends) {
                end.get();
            }
            awaitRelayed(catalog);

            assertThat(killed).hasSize(KILLS);
            assertPublished(catalog, "killed-");
        } finally {
            writers.shutdownNow();
            for (RelayProcess relay : relays.values()) {
                relay.close();
            }
        }
    }

    @Test
    void aRelayThatWasSucceededUnawaresIsFencedOff() throws Exception {
        Platform.Database database = PLATFORM.database("relay_fenced_it");
        try (RunningCatalog catalog = started(database)) {
            catalog.stopRelay();
            assertThat(create(catalog, "fenced", "Created")).isEqualTo(201);
            try (RelayProcess first = succeededUnawares(database, catalog)) {
                assertThat(rename(catalog, "/v1/organizations/fenced", "Renamed"))
                        .isEqualTo(200);
                try (RelayProcess second = relay("relay-second", database)) {
                    awaitRelayed(catalog);
                }
                first.wake();
                // What it had read it has tried to send before it asks for the lock again.
                Eventually.holds(
                        "the first relay has the lock again",
                        () -> holder(catalog).equals(List.of(FIRST)));
            }
        }
        assertThat(TopicContents.upToNow(
                                kafka.bootstrapServers(), PLATFORM.topics().organizations())
                        .stream()
                        .filter(record -> record.key().equals("fenced"))
                        .map(record -> record.value().getName()))
                .containsExactly("Created", "Renamed");
    }

    /** It has read a batch, sleeps before it sends that, and loses the lock meanwhile. */
    private RelayProcess succeededUnawares(Platform.Database database, RunningCatalog catalog) throws Exception {
        RelayProcess relay;
        try (Connection blocker =
                        DriverManager.getConnection(database.url(), database.username(), database.password());
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE");
            relay = relay(FIRST, database);
            Eventually.holds(
                    "the first relay waits for its batch", () -> sessions(catalog, "wait_event_type = 'Lock'") == 1);
            relay.sleep();
            blocker.commit();
        }
        Eventually.holds("the first relay has read its batch", () -> sessions(catalog, "state = 'idle'") == 1);
        catalog.jdbc()
                .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ?")
                .param(FIRST)
                .query(Boolean.class)
                .single();
        Eventually.holds("the connection of the first relay is gone", () -> sessions(catalog, "true") == 0);
        return relay;
    }

    /** How many connections of the first relay have asked for a batch and are in a state. */
    private static long sessions(RunningCatalog catalog, String state) {
        return catalog.jdbc()
                .sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = ? AND query LIKE ? AND " + state)
                .params(FIRST, "%FROM outbox%")
                .query(Long.class)
                .single();
    }

    private RelayProcess relay(String name, Platform.Database database) throws IOException {
        return RelayProcess.start(
                name,
                database.url(),
                database.username(),
                database.password(),
                kafka.bootstrapServers(),
                PLATFORM.registry().url());
    }

    /** Some are renamed, some deleted, some deleted and created again; some writes are refused. */
    private static void createMany(RunningCatalog catalog, String prefix, int count, AtomicInteger created) {
        for (int number = 0; number < count; number++) {
            String id = prefix + number;
            String path = "/v1/organizations/" + id;
            assertThat(create(catalog, id, "Created")).isEqualTo(201);
            created.incrementAndGet();
            if (number % 10 == 1) {
                assertThat(rename(catalog, path, "Renamed")).isEqualTo(200);
            }
            if (number % 50 == 2) {
                assertThat(create(catalog, id, REFUSED)).isEqualTo(409);
                assertThat(catalog.put(path, "{\"name\":\"" + REFUSED + "\",\"status\":\"Gone\"}")
                                .status())
                        .isEqualTo(422);
            }
            if (number % 50 == 3) {
                assertThat(catalog.delete(path).status()).isEqualTo(204);
            }
            if (number % 100 == 3) {
                assertThat(create(catalog, id, "Created again")).isEqualTo(201);
            }
        }
    }

    private static int create(RunningCatalog catalog, String id, String name) {
        return catalog.post("/v1/organizations", "{\"id\":\"" + id + "\",\"name\":\"" + name + "\"}")
                .status();
    }

    private static int rename(RunningCatalog catalog, String path, String name) {
        return catalog.put(path, "{\"name\":\"" + name + "\"}").status();
    }

    @Test
    void whatAKilledAppCommittedAndDidNotRelayTheNextOneRelays(@TempDir Path folder) throws Exception {
        Platform.Database database = PLATFORM.database("app_killed_it");
        String[] broker = kafka.bootstrapServers().split(":");
        try (Gate gate = new Gate(broker[0], Integer.parseInt(broker[1]))) {
            List<String> settings = RunningCatalog.settings(
                    database, "127.0.0.1:" + gate.port(), PLATFORM.registry().url());
            try (CatalogProcess first = CatalogProcess.serving(settings, folder.resolve("log"))) {
                Eventually.holds(
                        "the first app takes writes",
                        () -> first.post("/v1/organizations", "{\"id\":\"orphaned-0\",\"name\":\"Created\"}") == 201);
                for (int number = 1; number < 20; number++) {
                    String body = "{\"id\":\"orphaned-" + number + "\",\"name\":\"Created\"}";
                    assertThat(first.post("/v1/organizations", body)).isEqualTo(201);
                }
                first.kill();
            }
            gate.open();
            try (RunningCatalog next = RunningCatalog.start(settings)) {
                awaitRelayed(next);
                assertPublished(next, "orphaned-");
            }
        }
    }

    @Test
    void writesGoOnWhileTheBrokerIsKilledAndTheLagSaysSo(@TempDir Path folder) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(folder);
                RunningCatalog catalog = RunningCatalog.start(
                        PLATFORM.database("broker_killed_it"),
                        broker.bootstrapServers(),
                        PLATFORM.registry().url())) {
            assertThat(create(catalog, "cut-first", "Created")).isEqualTo(201);
            awaitRelayed(catalog);
            assertThat(gauge(catalog, "modelhub.outbox.lag.records")).isZero();
            assertThat(gauge(catalog, "modelhub.outbox.lag")).isZero();

            writeThrough(catalog, "cut-", Set.of(201), acknowledged -> {
                broker.kill();
                int before = acknowledged.size();
                Eventually.holds("writes go on", () -> acknowledged.size() >= before + 50);
                Eventually.holds(
                        "the lag in records is told", () -> gauge(catalog, "modelhub.outbox.lag.records") >= 50);
                Eventually.holds(
                        "the lag in time is told", () -> gauge(catalog, "modelhub.outbox.lag") >= OUTAGE.toSeconds());
                Eventually.holds(
                        "the catalog says that it is not ready",
                        () -> catalog.get("/actuator/health/readiness").status() == 503);
                broker.startAgain();
            });

            awaitRelayed(catalog);
            assertThat(gauge(catalog, "modelhub.outbox.lag.records")).isZero();
            assertPublished(catalog, "cut-", broker.bootstrapServers());
        }
    }

    @Test
    void acknowledgedWritesOutliveACrashOfTheDatabase(@TempDir Path folder) throws Exception {
        try (PostgresServer postgres = PostgresServer.start(folder);
                RunningCatalog catalog = started(postgres.database())) {
            writeThrough(catalog, "away-", Set.of(201, 503), acknowledged -> {
                postgres.stopAtOnce();
                Thread.sleep(OUTAGE.toMillis());
                postgres.startAgain();
            });

            awaitRelayed(catalog);
            assertPublished(catalog, "away-");
        }
    }

    @FunctionalInterface
    private interface Outage {

        /** @param acknowledged what was written so far; grows */
        void pass(Set<String> acknowledged) throws Exception;
    }

    /** Writes, one after the other, before, in and after the outage. */
    private static void writeThrough(RunningCatalog catalog, String prefix, Set<Integer> answers, Outage outage)
            throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Set<Integer> statuses = ConcurrentHashMap.newKeySet();
        AtomicBoolean writing = new AtomicBoolean(true);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            Future<?> end = writer.submit(() -> {
                for (int number = 0; writing.get(); number++) {
                    int status = create(catalog, prefix + number, "Created");
                    statuses.add(status);
                    if (status == 201) {
                        acknowledged.add(prefix + number);
                    }
                }
            });
            Eventually.holds("writes are taken", () -> acknowledged.size() >= 50);
            outage.pass(acknowledged);
            int after = acknowledged.size();
            Eventually.holds("writes are taken again", () -> acknowledged.size() >= after + 50);
            writing.set(false);
            end.get();
        } finally {
            writing.set(false);
            writer.shutdownNow();
        }
        assertThat(statuses).isSubsetOf(answers);
        assertThat(acknowledged)
                .allSatisfy(
                        id -> assertThat(catalog.get("/v1/organizations/" + id).status())
                                .isEqualTo(200));
    }

    private void assertPublished(RunningCatalog catalog, String prefix) throws Exception {
        assertPublished(catalog, prefix, kafka.bootstrapServers());
    }

    /** The topic holds what the database holds, in its final version, for a reader of either kind. */
    private void assertPublished(RunningCatalog catalog, String prefix, String bootstrapServers) throws Exception {
        Map<String, String> inDatabase = new HashMap<>();
        catalog.jdbc()
                .sql("SELECT id, name, revision FROM organization WHERE id LIKE ?")
                .param(prefix + "%")
                .query((row, number) ->
                        inDatabase.put(row.getString("id"), row.getString("name") + row.getLong("revision")))
                .list();
        List<ConsumerRecord<String, Organization>> records =
                TopicContents.upToNow(bootstrapServers, PLATFORM.topics().organizations()).stream()
                        .filter(record -> record.key().startsWith(prefix))
                        .toList();
        Map<String, Organization> last = new HashMap<>();
        Map<String, Organization> highest = new HashMap<>();
        for (ConsumerRecord<String, Organization> record : records) {
            if (record.value() == null) {
                last.remove(record.key());
                highest.remove(record.key());
            } else {
                assertThat(record.value().getName()).isNotEqualTo(REFUSED);
                last.put(record.key(), record.value());
                highest.merge(
                        record.key(),
                        record.value(),
                        (known, read) -> read.getRevision() < known.getRevision() ? known : read);
            }
        }
        assertThat(versions(last)).isEqualTo(inDatabase);
        assertThat(versions(highest)).isEqualTo(inDatabase);
    }

    private static Map<String, String> versions(Map<String, Organization> states) {
        return states.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        state -> state.getValue().getName() + state.getValue().getRevision()));
    }

    private static List<String> holder(RunningCatalog catalog) {
        return catalog.jdbc().sql(HOLDER).query(String.class).list();
    }

    private static long waiting(RunningCatalog catalog) {
        return catalog.jdbc()
                .sql("SELECT count(*) FROM outbox")
                .query(Long.class)
                .single();
    }

    private static void awaitRelayed(RunningCatalog catalog) {
        Eventually.holds("all is relayed", () -> waiting(catalog) == 0);
    }

    private static double gauge(RunningCatalog catalog, String name) {
        Answer answer = catalog.get("/actuator/metrics/" + name);
        return answer.body().path("measurements").path(0).path("value").asDouble();
    }
}
