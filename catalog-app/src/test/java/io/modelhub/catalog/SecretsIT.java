package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The secret of an API key is nowhere but, sealed, in its row: in no answer, log, topic or table. */
class SecretsIT {

    private static final String SECRET = "sk-proj-THIS-MUST-NEVER-BE-SEEN-";

    @Test
    void noSecretIsAnywhere() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger spring = (Logger) LoggerFactory.getLogger("org.springframework");
        Logger own = (Logger) LoggerFactory.getLogger("io.modelhub");
        List<String> answers = new ArrayList<>();
        StringBuilder dump = new StringBuilder();
        Captured captured = new Captured();
        captured.setContext(root.getLoggerContext());
        captured.start();
        String id;
        long topicEnd;
        try (RunningCatalog catalog = RunningCatalog.start(Platform.shared().database("secrets_it"))) {
            root.addAppender(captured);
            // As much as they would ever log; only here, not on the console.
            List.of(spring, own).forEach(logger -> {
                logger.setLevel(Level.TRACE);
                logger.setAdditive(false);
                logger.addAppender(captured);
            });
            catalog.post("/v1/providers", "{\"slug\":\"openai\",\"name\":\"OpenAI\"}");
            Answer created = catalog.post(
                    "/v1/api-keys",
                    "{\"provider\":\"openai\",\"label\":\"l\",\"is_default\":true,\"key\":\"" + SECRET + "0001\"}");
            id = created.body().path("id").asString();
            String path = "/v1/api-keys/" + id;
            answers.add(created.text());
            answers.add(catalog.put(path, "{\"label\":\"l\",\"key\":\"" + SECRET + "0002\"}")
                    .text());
            answers.add(catalog.get(path).text());
            answers.add(catalog.get("/v1/api-keys").text());
            // Each way to be refused with a secret in hand.
            answers.add(catalog.post("/v1/api-keys", "{\"label\":7,\"key\":\"" + SECRET + "\\n\"}")
                    .text());
            answers.add(catalog.post("/v1/api-keys", "{\"key\":\"" + SECRET + "\",\"key\":\"" + SECRET + "\"}")
                    .text());
            answers.add(catalog.post("/v1/api-keys", "{\"key\":" + SECRET + "}").text());
            answers.add(catalog.post("/v1/api-keys", "\"" + SECRET + "\"").text());
            answers.add(catalog.post(
                            "/v1/api-keys",
                            "{\"provider\":\"openai\",\"label\":\"l\",\"is_default\":true,\"key\":\"" + SECRET
                                    + "0003\"}")
                    .text());
            answers.add(catalog.put(
                            path, "{\"label\":\"l\",\"is_default\":true,\"provider\":\"x\",\"key\":\"" + SECRET + "\"}")
                    .text());
            answers.add(catalog.delete("/v1/providers/openai").text());
            topicEnd = TopicContents.of(
                            Platform.shared().topics().apiKeys(),
                            records -> records.stream()
                                            .filter(record -> record.key().equals(id))
                                            .count()
                                    == 2)
                    .size();
            dump.append(dump(catalog.jdbc()));
        } finally {
            root.detachAppender(captured);
            List.of(spring, own).forEach(logger -> {
                logger.setLevel(null);
                logger.setAdditive(true);
                logger.detachAppender(captured);
            });
        }

        assertThat(answers).allSatisfy(answer -> assertThat(answer).doesNotContain("MUST-NEVER"));
        assertThat(captured.lines).isNotEmpty().noneMatch(line -> line.contains("MUST-NEVER"));
        assertThat(dump.toString()).contains(id).doesNotContain("MUST-NEVER").doesNotContain(hex("MUST-NEVER"));
        assertThat(topicBytes(topicEnd)).contains(id).doesNotContain("MUST-NEVER");
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

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The topic up to the key's own records. */
    private static String topicBytes(long records) {
        StringBuilder bytes = new StringBuilder();
        Topic<String, ?> topic = Platform.shared().topics().apiKeys();
        for (ConsumerRecord<String, byte[]> record : TopicContents.bytesOf(topic, records)) {
            bytes.append(record.key());
            if (record.value() != null) {
                bytes.append(new String(record.value(), StandardCharsets.ISO_8859_1));
            }
        }
        return bytes.toString();
    }

    private static final class Captured extends AppenderBase<ILoggingEvent> {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
            for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
                lines.add(String.valueOf(cause.getMessage()));
            }
        }
    }
}
