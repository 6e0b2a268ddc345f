package io.modelhub.local.demo;

import java.util.random.RandomGenerator;

/**
 * A distribution by its measured quantiles. Between two of them it is geometric, which suits figures that span several powers
 * of ten.
 */
final class Quantiles {

    /** At which parts of all values the figures of this package were measured. */
    private static final double[] PARTS = {0, 0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 1};

    private final double[] values;

    /** @param values the smallest, the quantiles 1, 5, 10, 25, 50, 75, 90, 95 and 99 %, and the largest; all positive */
    Quantiles(double... values) {
        if (values.length != PARTS.length) {
            throw new IllegalArgumentException("%d quantiles instead of %d".formatted(values.length, PARTS.length));
        }
        this.values = values.clone();
    }

    double draw(RandomGenerator random) {
        return at(random.nextDouble());
    }

    /** The value that a part of all values, from 0 to 1, is not above. */
    double at(double part) {
        int upper = 1;
        while (upper < PARTS.length - 1 && part > PARTS[upper]) {
            upper++;
        }
        double within = (part - PARTS[upper - 1]) / (PARTS[upper] - PARTS[upper - 1]);
        return values[upper - 1] * Math.pow(values[upper] / values[upper - 1], within);
    }
}
