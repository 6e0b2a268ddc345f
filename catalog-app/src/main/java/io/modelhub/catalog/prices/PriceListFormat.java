package io.modelhub.catalog.prices;

import java.util.Arrays;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The published price lists that can be imported. */
enum PriceListFormat {
    LITELLM("litellm") {
        @Override
        Optional<PriceList> read(JsonNode body) {
            return body instanceof ObjectNode map ? Optional.of(LiteLlmPriceMap.read(map)) : Optional.empty();
        }
    },
    GENAI_PRICES("genai-prices") {
        @Override
        Optional<PriceList> read(JsonNode body) {
            return body instanceof ArrayNode providers ? Optional.of(GenAiPrices.read(providers)) : Optional.empty();
        }
    };

    private final String id;

    PriceListFormat(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** Empty: the body is no list of this format at all. */
    abstract Optional<PriceList> read(JsonNode body);

    static Optional<PriceListFormat> of(String id) {
        return Arrays.stream(values()).filter(format -> format.id.equals(id)).findFirst();
    }
}
