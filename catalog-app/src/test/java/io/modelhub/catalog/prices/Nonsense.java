package io.modelhub.catalog.prices;

import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values that a list may hold where another one is meant. */
final class Nonsense {

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "\"\"",
            "\" \"",
            "\"text\"",
            "\"1e-06\"",
            "0",
            "-0",
            "0.0",
            "0e2147483000",
            "-1e-06",
            "1e-06",
            "0.00000000000000000001",
            "1.23456789012345678901e-07",
            "1e-25",
            "1e-2147483000",
            "1e2147483000",
            "99999999999999999999999999999999999999999999",
            "9223372036854775808",
            "[]",
            "{}",
            "[[[[[[1]]]]]]",
            "[null,{\"range\":[0,1]}]",
            "{\"base\":1}",
            "{\"base\":1,\"tiers\":[{\"start\":5,\"price\":2}]}",
            "{\"base\":{\"base\":1},\"tiers\":[{\"start\":-5,\"price\":[]}]}",
            "{\"start_date\":\"2026-02-30\"}",
            "{\"start_date\":\"-999999999-01-01\"}",
            "{\"start_date\":20260230}");

    private Nonsense() {}

    static JsonNode any(Random random, JsonMapper json) {
        return json.readTree(VALUES.get(random.nextInt(VALUES.size())));
    }
}
