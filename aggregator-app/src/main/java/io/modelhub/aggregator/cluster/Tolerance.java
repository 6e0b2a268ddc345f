package io.modelhub.aggregator.cluster;

import java.util.OptionalLong;

/**
 * What a read takes where an owner can't be read.
 *
 * @param standbyLag reads a standby copy that is behind by no more offsets of its changelog; empty: none
 * @param absence what to do about partitions that can't be read then
 */
public record Tolerance(OptionalLong standbyLag, Absence absence) {

    /** Owners answer, or nobody. */
    public static final Tolerance NONE = new Tolerance(OptionalLong.empty(), Absence.REFUSED);
}
