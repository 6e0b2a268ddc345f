package io.modelhub.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The demo's own small price list: {@code prices.json} beside this class, each price with its source and date. */
final class OwnPrices {

    private final JsonNode list;

    private OwnPrices(JsonNode list) {
        this.list = list;
    }

    static OwnPrices read() {
        try (InputStream file = Objects.requireNonNull(
                OwnPrices.class.getResourceAsStream("prices.json"), "prices.json is not on the class path")) {
            return new OwnPrices(new ObjectMapper().readTree(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Day of the prices. */
    String asOf() {
        return list.path("as_of").asText();
    }

    /** Each with {@code slug}, {@code name}, {@code website} and {@code documentation_url}. */
    List<JsonNode> providers() {
        return children("providers");
    }

    /** Each with {@code provider}, {@code name}, rates per 1,000 tokens as texts, and {@code source}. */
    List<JsonNode> models() {
        return children("models");
    }

    private List<JsonNode> children(String field) {
        List<JsonNode> children = new ArrayList<>();
        list.path(field).forEach(children::add);
        return children;
    }

    /** Identifiers of well-known models by provider, the better known first. */
    Map<String, List<String>> wellKnownModels() {
        Map<String, List<String>> models = new LinkedHashMap<>();
        for (JsonNode model : models()) {
            models.computeIfAbsent(model.path("provider").asText(), provider -> new ArrayList<>())
                    .add(id(model));
        }
        return models;
    }

    static String id(JsonNode model) {
        return model.path("provider").asText() + "/" + model.path("name").asText();
    }
}
