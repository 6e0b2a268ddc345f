package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The secret of an API key is nowhere but, sealed, in its row, and in the answer to a reveal: in no other answer, no log at
 * debug level, no topic and no table, neither in the clear nor in base64 or hexadecimal digits.
 */
class SecretsIT {

    private static final String MARK = "THIS-MUST-NEVER-BE-SEEN";
    private static final String SECRET = "sk-proj-" + MARK + "-";
    private static final String NEW_KEY = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    private final Platform platform = Platform.shared();
    private final Platform.Database database = platform.database("secrets_it");

    @Test
    void noSecretIsAnywhere() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Captured captured = new Captured();
        captured.setContext(root.getLoggerContext());
        captured.start();
        List<String> answers = new ArrayList<>();
        String id;
        String dump;
        String rotation;
        String address = database.url().replaceFirst("jdbc:postgresql://([^/]+)/.*", "$1");
        try (Gate gate = new Gate(
                address.substring(0, address.lastIndexOf(':')),
                Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))) {
            gate.open();
            Platform.Database behindGate = new Platform.Database(
                    database.url().replace(address, "127.0.0.1:" + gate.port()),
                    database.username(),
                    database.password());
            try (RunningCatalog catalog = RunningCatalog.start(behindGate)) {
                try (Loud loud = new Loud(root, captured)) {
                    id = use(catalog, answers);
                    gate.shut();
                    answers.add(catalog.post("/v1/api-keys", body("0004")).text());
                    assertThat(answers.get(answers.size() - 1)).contains("database_unavailable");
                    gate.open();
                    rotation = rotate();
                    String revealed =
                            catalog.post("/v1/api-keys/" + id + "/reveal", "").text();
                    assertThat(revealed).isEqualTo("{\"key\":\"" + SECRET + "0002\"}");
                }
                dump = dump(catalog.jdbc());
            }
        }

        assertThat(captured.lines).as("the requests themselves were logged").anyMatch(line -> line.contains("/reveal"));
        assertThat(captured.lines).noneMatch(SecretsIT::shows);
        assertThat(answers).noneMatch(SecretsIT::shows);
        assertThat(rotation).contains("secrets were sealed anew").matches(text -> !shows(text));
        assertThat(dump).contains(id).matches(text -> !shows(text));
        assertThat(topics()).contains(id).matches(text -> !shows(text));
    }

    private static String body(String end) {
        return "{\"provider\":\"openai\",\"label\":\"l\",\"is_default\":true,\"key\":\"" + SECRET + end + "\"}";
    }

    /** Everything that a request may do with a secret in hand, and each way to be refused. */
    private static String use(RunningCatalog catalog, List<String> answers) {
        catalog.post("/v1/providers", "{\"slug\":\"openai\",\"name\":\"OpenAI\"}");
        Answer created = catalog.post("/v1/api-keys", body("0001"));
        answers.add(created.text());
        String id = created.body().path("id").asString();
        String path = "/v1/api-keys/" + id;
        answers.add(catalog.put(path, "{\"label\":\"l\",\"key\":\"" + SECRET + "0001\"}")
                .text());
        answers.add(catalog.patch(path, "{\"key\":\"" + SECRET + "0002\"}").text());
        answers.add(catalog.patch(path, "{\"key\":\"" + SECRET + "\",\"label\":null}")
                .text());
        String once = "{\"provider\":\"openai\",\"label\":\"once\",\"key\":\"" + SECRET + "0005\"}";
        answers.add(catalog.post("/v1/api-keys", once, "Idempotency-Key", "o1").text());
        answers.add(catalog.post("/v1/api-keys", once, "Idempotency-Key", "o1").text());
        answers.add(catalog.post("/v1/api-keys", body("0006"), "Idempotency-Key", "o1")
                .text());
        assertThat(catalog.post(path + "/reveal", "").text()).contains(SECRET + "0002");
        answers.add(catalog.get(path).text());
        answers.add(catalog.get("/v1/api-keys").text());
        answers.add(catalog.get("/v1/audit").text());
        answers.add(catalog.get("/v1/api-keys/selection?provider=openai").text());
        for (String wrong : List.of(
                "{\"label\":7,\"key\":\"" + SECRET + "\\n\"}",
                "{\"key\":\"" + SECRET + "\",\"key\":\"" + SECRET + "\"}",
                "{\"key\":" + SECRET + "}",
                "{\"key\":[\"" + SECRET + "\"]}",
                "\"" + SECRET + "\"")) {
            Answer refused = catalog.post("/v1/api-keys", wrong);
            assertThat(refused.status()).isBetween(400, 499);
            answers.add(refused.text());
        }
        catalog.put(path, "{\"label\":\"l\",\"is_default\":true}");
        answers.add(catalog.post("/v1/api-keys", body("0003")).text());
        answers.add(
                catalog.put(path, "{\"label\":\"l\",\"is_default\":true,\"provider\":\"x\",\"key\":\"" + SECRET + "\"}")
                        .text());
        answers.add(catalog.delete("/v1/providers/openai").text());
        return id;
    }

    /** Beside the catalog that serves; from here on that one has the new key only as the old one. */
    private String rotate() throws Exception {
        List<String> settings = new ArrayList<>(RunningCatalog.settings(
                database,
                platform.kafka().bootstrapServers(),
                platform.registry().url()));
        Process there = CatalogProcess.running(
                "rotate-keys",
                settings,
                "--logging.level.root=debug",
                "--modelhub.key-encryption.previous-keys=" + NEW_KEY);
        String printed = new String(there.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(there.waitFor()).isZero();
        return printed;
    }

    /** Every row of every table, as PostgreSQL prints it: bytes as hexadecimal digits. */
    private static String dump(JdbcClient jdbc) {
        StringBuilder dump = new StringBuilder();
        for (String table : jdbc.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                .query(String.class)
                .list()) {
            jdbc.sql("SELECT t::text FROM " + table + " t")
                    .query(String.class)
                    .list()
                    .forEach(dump::append);
        }
        return dump.toString();
    }

    /** The bytes of every record of every topic, a character each. */
    private String topics() throws Exception {
        StringBuilder bytes = new StringBuilder();
        for (TopicDefinition topic : Topics.ALL) {
            for (ConsumerRecord<byte[], byte[]> record :
                    TopicContents.bytesUpToNow(platform.kafka().bootstrapServers(), topic)) {
                append(bytes, record.key());
                append(bytes, record.value());
            }
        }
        return bytes.toString();
    }

    private static void append(StringBuilder text, byte[] bytes) {
        if (bytes != null) {
            text.append(new String(bytes, StandardCharsets.ISO_8859_1)).append('\n');
        }
    }

    private static boolean shows(String text) {
        return FORMS.stream().anyMatch(text::contains);
    }

    private static final List<String> FORMS = forms();

    private static List<String> forms() {
        byte[] bytes = MARK.getBytes(StandardCharsets.US_ASCII);
        List<String> forms = new ArrayList<>(List.of(
                MARK,
                HexFormat.of().formatHex(bytes),
                HexFormat.of().withUpperCase().formatHex(bytes)));
        // What base64 makes of it depends on where in a group of three bytes it begins; its edges also on what is
        // beside it.
        for (int before = 0; before < 3; before++) {
            byte[] placed = ("x".repeat(before) + MARK).getBytes(StandardCharsets.US_ASCII);
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(placed);
            forms.add(encoded.substring(4, encoded.length() - 4));
        }
        return forms;
    }

    private static final class Captured extends AppenderBase<ILoggingEvent> {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                lines.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    }

    /** While open, everything logs as an operator in search of a fault would have it; only here, not on the console. */
    private static final class Loud implements AutoCloseable {

        private static final List<String> LOGGERS = List.of(
                org.slf4j.Logger.ROOT_LOGGER_NAME,
                "org.springframework",
                "org.springframework.data.repository",
                "io.modelhub",
                "org.apache.catalina",
                "org.apache.coyote",
                "org.apache.tomcat",
                "org.apache.kafka",
                "com.zaxxer.hikari",
                "org.postgresql");

        private final Logger root;
        private final Captured captured;
        private final List<Appender<ILoggingEvent>> others = new ArrayList<>();
        private final Map<Logger, Level> levels = new HashMap<>();

        Loud(Logger root, Captured captured) {
            this.root = root;
            this.captured = captured;
            root.iteratorForAppenders().forEachRemaining(others::add);
            others.forEach(root::detachAppender);
            root.addAppender(captured);
            for (String name : LOGGERS) {
                Logger logger = (Logger) LoggerFactory.getLogger(name);
                levels.put(logger, logger.getLevel());
                logger.setLevel(
                        name.startsWith("org.springframework") || name.startsWith("io.modelhub")
                                ? Level.TRACE
                                : Level.DEBUG);
            }
        }

        @Override
        public void close() {
            levels.forEach(Logger::setLevel);
            root.detachAppender(captured);
            others.forEach(root::addAppender);
        }
    }
}
