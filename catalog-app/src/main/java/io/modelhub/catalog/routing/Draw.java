package io.modelhub.catalog.routing;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Puts the models of a rule in an order by weighted rendezvous hashing: each gets a place of its own from the seed, its UUID
 * and its weight, and the lowest place wins. So the same seed gives the same order, a model wins in the share of its weight,
 * and a model that comes or goes moves nobody but its own (ADR 0047). The places stay the same from release to release.
 */
final class Draw {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final double UNIT = 0x1.0p-53;

    private final long seed;

    private Draw(long seed) {
        this.seed = seed;
    }

    static Draw of(String seed) {
        return new Draw(hash(seed));
    }

    static Draw random() {
        return new Draw(ThreadLocalRandom.current().nextLong());
    }

    /** Exponentially distributed with the weight as its rate: the least of several is each one's in the share of its rate. */
    double place(Choice choice) {
        long bits = mix(seed ^ mix(hash(choice.uuid())));
        // Strictly between 0 and 1.
        double uniform = ((bits >>> 11) + 0.5) * UNIT;
        return -Math.log(uniform) / choice.weight();
    }

    /** FNV-1a over the characters. */
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (int index = 0; index < text.length(); index++) {
            hash = (hash ^ text.charAt(index)) * FNV_PRIME;
        }
        return mix(hash);
    }

    /** The finalizer of SplitMix64: every bit of the result depends on every bit. */
    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
