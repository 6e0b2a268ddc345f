package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.ledger.Home;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Home home partitions} of identifiers, mostly without hashing them again. Its size is fixed; where two identifiers share a
 * place, the later one takes it. One thread.
 */
final class Homes {

    private static final int PLACES = 1 << 16;

    private final int partitions;
    private final @Nullable String[] identifiers = new String[PLACES];
    private final byte[] homes = new byte[PLACES];

    /** @param partitions fewer than 128 */
    Homes(int partitions) {
        this.partitions = partitions;
    }

    int of(String identifier) {
        int hash = identifier.hashCode();
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        if (!identifier.equals(identifiers[place])) {
            identifiers[place] = identifier;
            homes[place] = (byte) Home.of(identifier, partitions);
        }
        return homes[place];
    }
}
