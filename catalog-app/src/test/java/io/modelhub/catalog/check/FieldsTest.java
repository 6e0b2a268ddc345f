package io.modelhub.catalog.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class FieldsTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static Fields fields(String json) {
        return Fields.of((ObjectNode) JSON.readTree(json));
    }

    private static List<String> codes(Fields fields) {
        return fields.problems().stream()
                .map(problem -> problem.field() + " " + problem.code())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "openai", "fireworks_ai-embedding-models", "a.b", "0x"})
    void acceptsSlugs(String slug) {
        Fields fields = fields("{\"id\":\"" + slug + "\"}");

        assertThat(fields.slug("id")).isEqualTo(slug);
        assertThat(fields.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-a", ".a", "_a", "A", "a b", "a/b", "é"})
    void refusesWhatIsNoSlug(String slug) {
        Fields fields = fields("{\"id\":\"" + slug + "\"}");
        fields.slug("id");

        assertThat(codes(fields)).containsExactly("id malformed");
    }

    @Test
    void reservesTheHyphenForNone() {
        Fields fields = fields("{\"id\":\"-\"}");
        fields.slug("id");

        assertThat(codes(fields)).containsExactly("id reserved");
    }

    @Test
    void takesAnExplicitNullForAbsent() {
        Fields fields = fields("{\"name\":null,\"status\":null,\"limit\":null}");

        assertThat(fields.text("name", 10)).isNull();
        assertThat(fields.flag("status", true)).isTrue();
        assertThat(fields.money("limit", Money.AMOUNT)).isNull();
        assertThat(fields.problems()).isEmpty();
    }

    @Test
    void refusesWhatPostgresAndUtf8CannotHold() {
        Fields fields = fields("{\"a\":\"x\\u0000\",\"b\":\"\\ud800\",\"c\":\"\\u001b\",\"d\":\"line\\nline\"}");
        List.of("a", "b", "c", "d").forEach(field -> fields.text(field, 20));

        assertThat(codes(fields)).containsExactly("a malformed", "b malformed", "c malformed");
    }

    @Test
    void countsCharactersAndNotTheirHalves() {
        Fields fields = fields("{\"a\":\"😀😀\",\"list\":[\"😀😀\",\"😀\"],\"object\":{\"😀\":1}}");

        assertThat(fields.text("a", 2)).isEqualTo("😀😀");
        assertThat(fields.words("list", 2)).containsExactly("😀😀", "😀");
        assertThat(fields.object("object", 7)).hasSize(1);
        assertThat(fields.problems()).isEmpty();
    }

    @Test
    void namesUnknownFieldsWithTheirPath() {
        Fields fields = fields("{\"x\":1,\"list\":[{\"y\":1}]}");
        fields.objects("list");

        assertThat(codes(fields)).containsExactly("x unknown_field", "list[0].y unknown_field");
    }

    @Test
    void acceptsAnIdentifierThatIsSentAsItIs() {
        Fields fields = fields("{\"id\":\"a\",\"slug\":\"b\",\"version\":1}");
        fields.unchanged("id", "a");
        fields.unchanged("slug", "a");
        fields.unchanged("version", null);
        fields.unchanged("absent", "a");

        assertThat(codes(fields)).containsExactly("slug immutable", "version immutable");
    }

    @Test
    void readsMoneyFromStringsAndNumbersExactly() {
        Fields fields = fields("{\"a\":0.1,\"b\":\"0.1\",\"c\":1e-12}");

        assertThat(fields.money("a", Money.AMOUNT)).isEqualTo(fields.money("b", Money.AMOUNT));
        assertThat(fields.money("c", Money.AMOUNT)).hasToString("1E-12");
        assertThat(fields.problems()).isEmpty();
    }

    @Test
    void keepsAnUninterpretedObjectAsItWasWritten() {
        Fields fields = fields("{\"config\":{\"b\":1.50,\"a\":[1e400]}}");

        assertThat(fields.jsonObject("config")).isEqualTo("{\"b\":1.50,\"a\":[1E+400]}");
    }

    @Test
    void doesNotShowWhatItHolds() {
        assertThat(fields("{\"key\":\"sk-secret-value\"}").toString()).doesNotContain("secret");
    }
}
