package io.modelhub.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/**
 * Holds every schema FULL_TRANSITIVE-compatible with all of its released versions, which stand in
 * {@code src/main/avro-released/<Type>/v<n>.avsc}. How to release one: {@code docs/adr/0003-schema-compatibility.md}.
 */
class ReleasedSchemasTest {

    private static final Path RELEASED = Path.of("src", "main", "avro-released");

    /** {@code true} makes this test write the next version of each schema that changed, where it is compatible. */
    private static final String RELEASE = "modelhub.schemas.release";

    private static final String HOW_TO_RELEASE =
            "mvn -pl schemas -am test -Dtest=ReleasedSchemasTest -Dsurefire.failIfNoSpecifiedTests=false -D" + RELEASE
                    + "=true";

    @Test
    void everySchemaIsCompatibleWithAllItsReleasedVersions() throws IOException {
        Map<String, Schema> current = TopicSchemas.all();
        assertThat(problems(current))
                .as("schemas against their released versions in schemas/%s", RELEASED)
                .isEmpty();
        if (Boolean.getBoolean(RELEASE)) {
            release(current);
        }
        assertThat(unreleased(current))
                .as("types on topics without a released version; run: %s", HOW_TO_RELEASE)
                .isEmpty();
    }

    @Test
    void noReleasedTypeWentAway() throws IOException {
        try (Stream<Path> types = Files.list(RELEASED)) {
            assertThat(types.map(type -> type.getFileName().toString()))
                    .as("released types; one that stood on a topic must stay readable, so bring its schema back")
                    .isSubsetOf(TopicSchemas.all().keySet());
        }
    }

    @Test
    void everyTypeAndFieldSaysWhatItMeans() {
        List<String> silent = new ArrayList<>();
        TopicSchemas.all().values().stream()
                .flatMap(schema -> TopicSchemas.namedTypes(schema).values().stream())
                .distinct()
                .forEach(type -> {
                    if (isBlank(type.getDoc())) {
                        silent.add(type.getName());
                    }
                    if (type.getType() == Schema.Type.RECORD) {
                        type.getFields().stream()
                                .filter(field -> isBlank(field.doc()))
                                .forEach(field -> silent.add(type.getName() + "." + field.name()));
                    }
                });
        assertThat(silent)
                .as("types and fields without doc text in src/main/avro")
                .isEmpty();
    }

    private static List<String> problems(Map<String, Schema> current) throws IOException {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, Schema> type : current.entrySet()) {
            versions(type.getKey())
                    .forEach((version, released) -> FullCompatibility.problems(released, type.getValue())
                            .forEach(problem -> problems.add("%s is not compatible with its version %d: %s"
                                    .formatted(type.getKey(), version, problem))));
        }
        return problems;
    }

    private static List<String> unreleased(Map<String, Schema> current) throws IOException {
        List<String> unreleased = new ArrayList<>();
        for (String type : current.keySet()) {
            if (versions(type).isEmpty()) {
                unreleased.add(type);
            }
        }
        return unreleased;
    }

    private static void release(Map<String, Schema> current) throws IOException {
        for (Map.Entry<String, Schema> type : current.entrySet()) {
            NavigableMap<Integer, Schema> versions = versions(type.getKey());
            boolean changed = versions.isEmpty()
                    || !versions.lastEntry()
                            .getValue()
                            .toString()
                            .equals(type.getValue().toString());
            if (changed) {
                int next = versions.isEmpty() ? 1 : versions.lastKey() + 1;
                Path file = RELEASED.resolve(type.getKey()).resolve("v%d.avsc".formatted(next));
                Files.createDirectories(file.getParent());
                Files.writeString(file, type.getValue().toString(true) + "\n");
            }
        }
    }

    /** The released versions of a type by their numbers; empty where there is none yet. */
    private static NavigableMap<Integer, Schema> versions(String type) throws IOException {
        NavigableMap<Integer, Schema> versions = new TreeMap<>();
        Path folder = RELEASED.resolve(type);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    int version = Integer.parseInt(file.getFileName().toString().replaceAll("^v|\\.avsc$", ""));
                    versions.put(version, new Schema.Parser().parse(Files.readString(file)));
                }
            }
        }
        return versions;
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }
}
