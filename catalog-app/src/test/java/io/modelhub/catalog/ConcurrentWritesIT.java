package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.test.Eventually;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Many writers on one entity lose no update, and every revision is one write. */
class ConcurrentWritesIT {

    private static final int WRITERS = 50;
    private static final int WRITES_EACH = 2;

    private static Platform.Database database;
    private static RunningCatalog catalog;

    @BeforeAll
    static void start() {
        database = Platform.shared().database("concurrent_writes_it");
        catalog = RunningCatalog.start(database);
    }

    @AfterAll
    static void stop() {
        catalog.close();
    }

    @Test
    void whoeverReadsChangesAndPutsBackWithTheTagLosesNothing() throws Exception {
        String path = created("counted", "{\"n\":0}");

        allAtOnce(writer -> () -> {
            for (int write = 0; write < WRITES_EACH; write++) {
                increment(path);
            }
            return null;
        });

        JsonNode counted = catalog.get(path).body();
        assertThat(counted.path("config").path("n").asInt()).isEqualTo(WRITERS * WRITES_EACH);
        assertThat(counted.path("revision").asInt()).isEqualTo(1 + WRITERS * WRITES_EACH);
        assertThat(auditedRevisions("counted"))
                .isEqualTo(LongStream.rangeClosed(1, 1 + WRITERS * WRITES_EACH)
                        .boxed()
                        .toList());
    }

    /** Reads, changes and puts back, until nobody came in between. */
    private static void increment(String path) {
        Answer put;
        do {
            Answer read = catalog.get(path);
            int next = read.body().path("config").path("n").asInt() + 1;
            put = catalog.put(
                    path, read.text().replaceFirst("\"n\":[0-9]+", "\"n\":" + next), "If-Match", read.header("ETag"));
            assertThat(put.status()).as(put.text()).isIn(200, 412);
        } while (put.status() == 412);
    }

    @Test
    void patchesOfDifferentFieldsNeedNoTag() throws Exception {
        String path = created("patched", "{}");

        allAtOnce(writer -> () -> catalog.patch(path, "{\"config\":{\"w%d\":%d}}".formatted(writer, writer)));

        JsonNode patched = catalog.get(path).body();
        assertThat(patched.path("config").propertyNames())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, WRITERS)
                        .mapToObj(writer -> "w" + writer)
                        .toList());
        assertThat(auditedRevisions("patched"))
                .isEqualTo(LongStream.rangeClosed(1, 1 + WRITERS).boxed().toList());
    }

    /** Both requests are held until each waits for its lock: the deletion for its turn to publish, the creation for the deletion. */
    @Test
    void aModelThatIsCreatedWhileItIsBeingDeletedGoesOnWithItsPrices() throws Exception {
        created("twice", "{}");
        String model = """
                {"provider":"twice","name":"m","model_type":"Text","cost_input":"%d","cost_output":"1"}""";
        String path = catalog.post("/v1/models", model.formatted(1)).header("Location");
        ExecutorService requests = Executors.newFixedThreadPool(2);
        try (Connection connection = database.connection();
                Statement turn = connection.createStatement()) {
            turn.execute("SELECT pg_advisory_lock(" + 0x6d6f_6465_6c68_0001L + ")");
            Future<Answer> deleted = requests.submit(() -> catalog.delete(path));
            Eventually.holds("the deletion waits", () -> waiting() == 1);
            Future<Answer> again = requests.submit(() -> catalog.post("/v1/models", model.formatted(2)));
            Eventually.holds("the creation waits", () -> waiting() == 2);
            turn.execute("SELECT pg_advisory_unlock_all()");

            assertThat(deleted.get().status()).isEqualTo(204);
            assertThat(again.get().status()).isEqualTo(201);
            assertThat(again.get().body().path("prices"))
                    .extracting(price -> price.path("cost_input").asString())
                    .containsExactly("1", "2");
        } finally {
            requests.shutdownNow();
        }
    }

    /** Sessions of the database that wait for a lock. */
    private static long waiting() {
        return catalog.jdbc()
                .sql(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                .query(Long.class)
                .single();
    }

    private static String created(String slug, String config) {
        return catalog.post(
                        "/v1/providers",
                        "{\"slug\":\"%s\",\"name\":\"%s\",\"config\":%s}".formatted(slug, slug, config))
                .header("Location");
    }

    private static void allAtOnce(IntFunction<Callable<Answer>> write) throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                answers.add(writers.submit(write.apply(writer)));
            }
            for (Future<Answer> answer : answers) {
                Answer done = answer.get();
                assertThat(done == null || done.status() == 200).isTrue();
            }
        } finally {
            writers.shutdownNow();
        }
    }

    /** In the order of their commits. */
    private static List<Long> auditedRevisions(String slug) {
        return catalog.jdbc()
                .sql("SELECT revision FROM audit WHERE entity = 'provider' AND entity_id = ? ORDER BY sequence")
                .param(slug)
                .query(Long.class)
                .list();
    }
}
