package io.modelhub.local.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The demo's own keys and models, with made-up identifiers. */
final class Assignments {

    private Assignments() {}

    static CallAssignment of(long seed) {
        return new CallAssignment("run", seed, keyIds(), OwnPrices.read().wellKnownModels());
    }

    static Map<DemoKey, String> keyIds() {
        Map<DemoKey, String> ids = new LinkedHashMap<>();
        for (DemoKey key : DemoCustomers.KEYS) {
            ids.put(key, new UUID(1, key.label().hashCode()).toString());
        }
        return ids;
    }
}
