package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.ModelMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.PropertyNamingStrategy;

/** docs/domain.md says of every field where it is and which test shows it. */
class DomainDocumentTest {

    private static final Path ROOT = Path.of("..");
    private static final Path DOCUMENT = ROOT.resolve(Path.of("docs", "domain.md"));
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
    private static final Pattern FIELD = Pattern.compile("`([a-z0-9_]+)`");

    private static final PropertyNamingStrategy SNAKE_CASE = PropertyNamingStrategies.SNAKE_CASE;

    /** Explained once, for all entities. */
    private static final Set<String> COMMON = Set.of("revision", "updated_at");

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        List<String> named = TEST.matcher(Files.readString(DOCUMENT))
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
        assertThat(named).hasSizeGreaterThan(50);
        assertThat(named).allSatisfy(name -> assertThat(isThere(name)).as(name).isTrue());
    }

    private static boolean isThere(String name) throws IOException {
        Matcher test = TEST.matcher(name);
        assertThat(test.matches()).isTrue();
        try (Stream<Path> files = Files.find(
                ROOT,
                12,
                (file, attributes) -> file.endsWith(test.group(1) + ".java")
                        && file.toString().contains(Path.of("src", "test").toString()))) {
            for (Path file : files.toList()) {
                if (Files.readString(file).contains("void " + test.group(2) + "(")) {
                    return true;
                }
            }
        }
        return false;
    }

    @ParameterizedTest
    @CsvSource({
        "Organization, organization.OrganizationView",
        "Provider, provider.ProviderView",
        "Model, model.ModelView",
        "APIKey, key.ApiKeyView",
        "RoutingRule, rule.RoutingRuleView",
        "RoutingRuleModel, rule.RoutingRuleView$ModelView"
    })
    void everyFieldOfAnAnswerHasItsRow(String section, String view) throws Exception {
        Set<String> answered = Stream.of(
                        Class.forName("io.modelhub.catalog." + view).getRecordComponents())
                .map(component -> SNAKE_CASE.nameForField(null, null, component.getName()))
                .filter(field -> !COMMON.contains(field))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(fieldsOf(section)).containsAll(answered);
    }

    @Test
    void everyFieldOfTheUsageEventHasItsRow() throws IOException {
        assertThat(fieldsOf("ModelMetrics"))
                .containsAll(ModelMetrics.getClassSchema().getFields().stream()
                        .map(Schema.Field::name)
                        .toList());
    }

    /** What stands in the first column of a section's table. */
    private static Set<String> fieldsOf(String section) throws IOException {
        return Stream.of(Files.readString(DOCUMENT).split("\n## "))
                .filter(text -> text.startsWith(section + " ·"))
                .flatMap(String::lines)
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> FIELD.matcher(line.split("\\|")[1]).results())
                .map(field -> field.group(1))
                .collect(Collectors.toSet());
    }
}
