package io.modelhub.aggregator;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A source of chance whose seed is printed, so that a failure can be had again: {@code -Dmodelhub.test.seed=…}. */
public final class Seeded {

    private Seeded() {}

    public static RandomGenerator random(Class<?> test) {
        long seed = Long.getLong("modelhub.test.seed", System.nanoTime());
        System.out.println(test.getSimpleName() + " runs with -Dmodelhub.test.seed=" + seed);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
