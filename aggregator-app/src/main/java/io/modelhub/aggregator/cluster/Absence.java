package io.modelhub.aggregator.cluster;

import java.util.Set;

/** What a read does about partitions that can't be read now. */
@FunctionalInterface
public interface Absence {

    /** Fails: an answer without them would be wrong. */
    Absence REFUSED = (partitions, why) -> {
        throw new PartitionsAwayException(why);
    };

    /** @param why for people */
    void of(Set<Integer> partitions, String why);
}
