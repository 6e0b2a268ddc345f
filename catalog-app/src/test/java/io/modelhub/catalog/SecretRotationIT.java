package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.test.Eventually;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The key-encryption key is changed while the catalog serves. */
class SecretRotationIT {

    private static final String NEW_KEY = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    /** Of {@link RunningCatalog#TEST_KEY}; it is the same everywhere. */
    private static final long TEST_KEY_ID = 0x21c3_51f8L;

    private static final String CURRENT = "--modelhub.key-encryption.key=";
    private static final String PREVIOUS = "--modelhub.key-encryption.previous-keys=";

    /** Two whole batches and a part of a third. */
    private static final int KEYS = 250;

    private static final List<String> PATHS = new ArrayList<>();

    /** Each test rotates the keys of a copy. */
    private static Platform.Database sealed;

    private static List<String> under(Platform.Database database, String... keys) {
        List<String> settings = new ArrayList<>(RunningCatalog.settings(
                database,
                Platform.shared().kafka().bootstrapServers(),
                Platform.shared().registry().url()));
        settings.removeIf(setting -> setting.startsWith(CURRENT));
        settings.addAll(List.of(keys));
        return settings;
    }

    @BeforeAll
    static void sealUnderTheTestKey() {
        sealed = Platform.shared().database("rotation_sealed_it");
        try (RunningCatalog catalog = RunningCatalog.start(under(sealed, CURRENT + RunningCatalog.TEST_KEY))) {
            catalog.post("/v1/providers", "{\"slug\":\"openai\",\"name\":\"OpenAI\"}");
            for (int key = 0; key < KEYS; key++) {
                Answer created = catalog.post(
                        "/v1/api-keys", "{\"provider\":\"openai\",\"label\":\"l\",\"key\":\"" + secret(key) + "\"}");
                assertThat(created.status()).isEqualTo(201);
                PATHS.add("/v1/api-keys/" + created.body().path("id").asString());
            }
        }
    }

    private static String secret(int key) {
        return "sk-secret-%06d".formatted(key);
    }

    @Test
    void sealsEverythingAnewWhileKeysAreWrittenAndChangesNothingThatReadersSee() throws Exception {
        Platform.Database database = Platform.shared().copyOf(sealed, "rotation_it");
        List<String> both = under(database, CURRENT + NEW_KEY, PREVIOUS + RunningCatalog.TEST_KEY);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        AtomicBoolean writing = new AtomicBoolean(true);
        try (RunningCatalog catalog = RunningCatalog.start(both)) {
            assertThat(catalog.post(PATHS.get(249) + "/reveal", "")
                            .body()
                            .path("key")
                            .asString())
                    .as("opens under the previous key")
                    .isEqualTo(secret(249));
            List<String> before = answers(catalog, PATHS.subList(10, KEYS));
            Future<Integer> renames = writer.submit(() -> rename(catalog, PATHS.subList(0, 10), writing));

            CommandRun rotation = CommandRun.of("rotate-keys", both);

            writing.set(false);
            assertThat(rotation.exitCode()).as(rotation.out() + rotation.err()).isZero();
            assertThat(rotation.out())
                    .isEqualTo("250 secrets were sealed anew under the current key.\n"
                            + "No secret needs a previous key any more.\n");
            assertThat(renames.get()).isPositive();
            assertThat(answers(catalog, PATHS.subList(10, KEYS))).isEqualTo(before);

            Answer audit = catalog.get("/v1/audit?action=rotate");
            assertThat(audit.text()).contains("\"to\":100").contains("\"to\":50");
            assertThat(audit.body().path("items").size()).isEqualTo(3);

            CommandRun again = CommandRun.of("rotate-keys", both, "--json");
            assertThat(again.exitCode()).isZero();
            assertThat(again.out()).isEqualTo("{\"sealed\":0,\"left\":{}}\n");
        } finally {
            writing.set(false);
            writer.shutdownNow();
        }
        try (RunningCatalog catalog = RunningCatalog.start(under(database, CURRENT + NEW_KEY))) {
            for (int key = 0; key < KEYS; key++) {
                assertThat(catalog.post(PATHS.get(key) + "/reveal", "")
                                .body()
                                .path("key")
                                .asString())
                        .isEqualTo(secret(key));
            }
        }
    }

    private static List<String> answers(RunningCatalog catalog, List<String> paths) {
        return paths.stream().map(path -> catalog.get(path).text()).toList();
    }

    /** Each write writes the whole row, the sealed secret included. */
    private static int rename(RunningCatalog catalog, List<String> paths, AtomicBoolean writing) {
        int renames = 0;
        while (writing.get()) {
            for (String path : paths) {
                assertThat(catalog.put(path, "{\"label\":\"renamed " + renames++ + "\"}")
                                .status())
                        .isEqualTo(200);
            }
        }
        return renames;
    }

    @Test
    void aRotationThatIsKilledHasSealedWholeBatchesAndTheNextOneGoesOn() throws Exception {
        Platform.Database database = Platform.shared().copyOf(sealed, "rotation_killed_it");
        List<String> both = under(database, CURRENT + NEW_KEY, PREVIOUS + RunningCatalog.TEST_KEY);
        try (Connection holder = DriverManager.getConnection(database.url(), database.username(), database.password());
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            // The rotation stops before this row, in its second batch.
            statement.execute(
                    "SELECT 1 FROM api_key WHERE id = (SELECT id FROM api_key ORDER BY id OFFSET 150 LIMIT 1) FOR UPDATE");
            Process rotation = CatalogProcess.running("rotate-keys", both);
            Eventually.holds("one batch is sealed anew", () -> anew(database) == 100);
            rotation.destroyForcibly().waitFor();
            assertThat(anew(database)).isEqualTo(100);
        }

        CommandRun next = CommandRun.of("rotate-keys", both);
        assertThat(next.exitCode()).as(next.err()).isZero();
        assertThat(next.out()).startsWith("150 secrets were sealed anew");
        assertThat(anew(database)).isEqualTo(KEYS);
    }

    /** How many secrets are under the new key. */
    private static long anew(Platform.Database database) {
        return database.jdbc()
                .sql("SELECT count(*) FROM api_key WHERE secret_key_id <> ?")
                .param(TEST_KEY_ID)
                .query(Long.class)
                .single();
    }

    @Test
    void saysWhichSecretsStillNeedAKeyThatIsNotSet() throws Exception {
        List<String> onlyNew = under(Platform.shared().copyOf(sealed, "rotation_missing_it"), CURRENT + NEW_KEY);

        CommandRun rotation = CommandRun.of("rotate-keys", onlyNew, "--json");

        assertThat(rotation.exitCode()).isEqualTo(1);
        JsonNode report = JsonMapper.shared().readTree(rotation.out());
        assertThat(report.path("sealed").asInt()).isZero();
        assertThat(report.path("left")
                        .path(Long.toHexString(TEST_KEY_ID))
                        .valueStream()
                        .map(left -> "/v1/api-keys/" + left.asString()))
                .containsExactlyInAnyOrderElementsOf(PATHS);
        try (RunningCatalog catalog = RunningCatalog.start(onlyNew)) {
            Answer refused = catalog.post(PATHS.get(0) + "/reveal", "");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.body().path("code").asString()).isEqualTo("secret_unreadable");
        }
    }
}
