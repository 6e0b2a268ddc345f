package io.modelhub.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.wire.AvroSerdes;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

class TopicsDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "topics.md");

    @Test
    void theTableSaysWhatTheCodeDefines() throws Exception {
        Map<String, String> types = keyAndValueTypes();
        List<String> defined = Topics.ALL.stream()
                .map(topic -> "| `%s` | %s | %s | %s | %d |"
                        .formatted(
                                topic.name(),
                                types.get(topic.name()),
                                cleanUp(topic),
                                retention(topic),
                                topic.partitions()))
                .toList();

        assertThat(documented())
                .as("the first six columns of the table in docs/topics.md; change both it and Topics")
                .isEqualTo(defined);
    }

    private static List<String> documented() throws IOException {
        try (Stream<String> lines = Files.lines(DOCUMENT)) {
            return lines.filter(line -> line.startsWith("| `modelhub."))
                    .map(line -> line.replaceFirst("^((?:\\|[^|]*){6}\\|).*$", "$1"))
                    .toList();
        }
    }

    private static Map<String, String> keyAndValueTypes() throws ReflectiveOperationException {
        Topics topics = new Topics(AvroSerdes.at("http://127.0.0.1:1"));
        Map<String, String> types = new TreeMap<>();
        for (Method method : Topics.class.getMethods()) {
            if (method.getReturnType() == Topic.class) {
                Type[] arguments = ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments();
                types.put(
                        ((Topic<?, ?>) method.invoke(topics)).name(),
                        "%s | %s".formatted(name(arguments[0]), name(arguments[1])));
            }
        }
        return types;
    }

    private static String name(Type type) {
        if (type == String.class) {
            return "text";
        }
        return type == byte[].class ? "bytes" : "`" + ((Class<?>) type).getSimpleName() + "`";
    }

    private static String cleanUp(TopicDefinition topic) {
        return String.valueOf(topic.config().get(TopicConfig.CLEANUP_POLICY_CONFIG))
                .replace(",", ", ");
    }

    private static String retention(TopicDefinition topic) {
        String millis = topic.config().get(TopicConfig.RETENTION_MS_CONFIG);
        return millis == null ? "-" : Duration.ofMillis(Long.parseLong(millis)).toDays() + " d";
    }
}
