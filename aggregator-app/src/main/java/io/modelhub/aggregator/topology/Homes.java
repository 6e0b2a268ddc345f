package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.ledger.Home;
import java.util.HashMap;
import java.util.Map;

/** The {@link Home home partitions} of identifiers, mostly without hashing them again. One thread. */
final class Homes {

    /** Twice as many as an installation has keys; else what is known is forgotten, and found again. */
    private static final int MOST_KNOWN = 200_000;

    private final int partitions;
    private final Map<String, Integer> known = new HashMap<>();

    Homes(int partitions) {
        this.partitions = partitions;
    }

    int of(String identifier) {
        Integer home = known.get(identifier);
        if (home == null) {
            home = Home.of(identifier, partitions);
            if (known.size() >= MOST_KNOWN) {
                known.clear();
            }
            known.put(identifier, home);
        }
        return home;
    }
}
