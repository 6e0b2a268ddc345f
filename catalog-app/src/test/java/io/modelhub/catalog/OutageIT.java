package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.schema.Organization;
import io.modelhub.test.Eventually;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Nothing that was committed is lost and nothing that was not committed appears, whatever is away. */
class OutageIT {

    @Test
    void writesGoOnWhileTheBrokerIsAwayAndAreRelayedByTheNextProcess() throws Exception {
        Platform platform = Platform.shared();
        Platform.Database database = platform.database("broker_away_it");
        String[] broker = platform.kafka().bootstrapServers().split(":");
        try (Gate gate = new Gate(broker[0], Integer.parseInt(broker[1]))) {
            String bootstrap = "127.0.0.1:" + gate.port();
            try (RunningCatalog first = RunningCatalog.start(
                    database, bootstrap, platform.registry().url())) {
                write(first, "patient", 0, 20);
                assertThat(first.post("/v1/organizations", "{\"id\":\"patient\",\"name\":\"Taken\"}")
                                .status())
                        .isEqualTo(409);
                assertThat(first.put("/v1/organizations/patient", "{\"name\":\"\"}")
                                .status())
                        .isEqualTo(422);
                assertThat(first.get("/actuator/health/liveness").status()).isEqualTo(200);
                Eventually.holds(
                        "the catalog says that it is not ready",
                        () -> first.get("/actuator/health/readiness").status() == 503);
                assertThat(waiting(first)).isEqualTo(20);
            }
            // The process ended between commit and relay. The next one finds the broker still away, then back.
            try (RunningCatalog second = RunningCatalog.start(
                    database, bootstrap, platform.registry().url())) {
                write(second, "patient", 20, 30);
                gate.open();

                assertInOrder("patient", 30);
                Eventually.holds("all is relayed", () -> waiting(second) == 0);
                second.awaitReady();
            }
        }
    }

    @Test
    void writesGoOnWhileTheRegistryIsAway() throws Exception {
        Platform platform = Platform.shared();
        URI registry = URI.create(platform.registry().url());
        try (Gate gate = new Gate(registry.getHost(), registry.getPort());
                RunningCatalog catalog = RunningCatalog.start(
                        platform.database("registry_away_it"),
                        platform.kafka().bootstrapServers(),
                        "http://127.0.0.1:" + gate.port() + registry.getPath())) {
            write(catalog, "unregistered", 0, 10);
            Eventually.holds(
                    "the catalog says that it is not ready",
                    () -> catalog.get("/actuator/health/readiness").status() == 503);
            assertThat(waiting(catalog)).isEqualTo(10);

            gate.open();

            assertInOrder("unregistered", 10);
        }
    }

    @Test
    void theRelayTakesUpAgainWhenItsConnectionToTheDatabaseIsCut() throws Exception {
        try (RunningCatalog catalog = RunningCatalog.start(Platform.shared().database("database_cut_it"))) {
            write(catalog, "cut", 0, 5);
            assertInOrder("cut", 5);
            for (int round = 1; round <= 3; round++) {
                catalog.jdbc().sql("""
                                SELECT pg_terminate_backend(pid) FROM pg_locks
                                WHERE locktype = 'advisory' AND database = (
                                    SELECT oid FROM pg_database WHERE datname = current_database())""").query(Boolean.class).list();
                write(catalog, "cut", round * 5, round * 5 + 5);
            }

            assertInOrder("cut", 20);
        }
    }

    @Test
    void whoeverWritesIsToldThatACommitWasNotAnswered() {
        try (RunningCatalog catalog = RunningCatalog.start(Platform.shared().database("commit_unanswered_it"))) {
            catalog.jdbc().sql("""
                            CREATE FUNCTION go_away() RETURNS trigger LANGUAGE plpgsql AS $$
                            BEGIN
                                PERFORM pg_terminate_backend(pg_backend_pid());
                                RETURN NULL;
                            END $$""").update();
            catalog.jdbc().sql("""
                            CREATE CONSTRAINT TRIGGER goes_away AFTER INSERT ON organization
                            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.id = 'perhaps')
                            EXECUTE FUNCTION go_away()""").update();

            Answer unanswered = catalog.post("/v1/organizations", "{\"id\":\"perhaps\",\"name\":\"Perhaps\"}");

            assertThat(unanswered.status()).isEqualTo(503);
            assertThat(unanswered.body().path("code").asString()).isEqualTo("outcome_unknown");
            assertThat(unanswered.header("Retry-After")).isNotEmpty();
            assertThat(catalog.get("/v1/organizations/perhaps").status()).isEqualTo(404);
        }
    }

    @Test
    void oneOfTwoInstancesRelaysAndTheOtherTakesOver() throws Exception {
        Platform.Database database = Platform.shared().database("two_instances_it");
        try (RunningCatalog second = startedBeside(database)) {
            write(second, "handed-over", 10, 20);

            assertInOrder("handed-over", 20);
        }
    }

    /** The second of two instances, the first of which has relayed and ended. */
    private static RunningCatalog startedBeside(Platform.Database database) {
        try (RunningCatalog first = RunningCatalog.start(database)) {
            write(first, "handed-over", 0, 5);
            assertInOrder("handed-over", 5);
            RunningCatalog second = RunningCatalog.start(database);
            Eventually.holds(
                    "the second one stands by",
                    () -> second.get("/actuator/health/readiness").text().contains("STANDBY"));
            write(second, "handed-over", 5, 10);
            assertInOrder("handed-over", 10);
            return second;
        }
    }

    /** Creates the organization with write 0, then renames it with each further one. */
    private static void write(RunningCatalog catalog, String id, int from, int to) {
        for (int write = from; write < to; write++) {
            int status = write == 0
                    ? catalog.post("/v1/organizations", "{\"id\":\"" + id + "\",\"name\":\"0\"}")
                            .status()
                    : catalog.put("/v1/organizations/" + id, "{\"name\":\"" + write + "\"}")
                            .status();
            assertThat(status).isBetween(200, 201);
        }
    }

    /** Every write is there, in order; one may be there again, right after itself or with those that followed it. */
    private static void assertInOrder(String id, int writes) {
        List<ConsumerRecord<String, Organization>> records = TopicContents.ofKey(
                Platform.shared().topics().organizations(),
                id,
                found -> found.stream().anyMatch(record -> record.value().getRevision() == writes));
        List<String> firstSeen = records.stream()
                .map(record -> record.value().getName())
                .distinct()
                .toList();
        assertThat(firstSeen)
                .isEqualTo(
                        IntStream.range(0, writes).mapToObj(Integer::toString).toList());
    }

    private static long waiting(RunningCatalog catalog) {
        return catalog.jdbc()
                .sql("SELECT count(*) FROM outbox")
                .query(Long.class)
                .single();
    }
}
