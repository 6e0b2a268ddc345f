package io.modelhub.catalog.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class MergePatchTest {

    private static final JsonMapper JSON = new JsonMapper();

    /** The cases of RFC 7396, appendix A, in which both are objects. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"a\":\"b\"}          | {\"a\":\"c\"}                | {\"a\":\"c\"}",
                "{\"a\":\"b\"}          | {\"b\":\"c\"}                | {\"a\":\"b\",\"b\":\"c\"}",
                "{\"a\":\"b\"}          | {\"a\":null}                 | {}",
                "{\"a\":\"b\",\"b\":1}  | {\"a\":null}                 | {\"b\":1}",
                "{\"a\":[\"b\"]}        | {\"a\":\"c\"}                | {\"a\":\"c\"}",
                "{\"a\":\"c\"}          | {\"a\":[\"b\"]}              | {\"a\":[\"b\"]}",
                "{\"a\":{\"b\":\"c\"}}  | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
                "{\"a\":[{\"b\":\"c\"}]} | {\"a\":[1]}                 | {\"a\":[1]}",
                "{\"e\":null}           | {\"a\":1}                    | {\"e\":null,\"a\":1}",
                "{}                     | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}"
            })
    void mergesAsTheRfcSays(String target, String patch, String result) {
        assertThat(MergePatch.applied(object(target), object(patch))).isEqualTo(object(result));
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JSON.readTree(json);
    }
}
