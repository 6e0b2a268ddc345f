package io.modelhub.catalog;

import java.util.Random;

/** A generator for laws that are tried with random input; the seed is printed, and fixed unless asked for. */
public final class Seeded {

    private static final String SEED = "modelhub.test.seed";

    private Seeded() {}

    public static Random random(String law) {
        long seed = Long.getLong(SEED, 20_261_123);
        System.out.printf("%s: -D%s=%d%n", law, SEED, seed);
        return new Random(seed);
    }
}
