package io.modelhub.bench;

import java.util.Arrays;

/** In milliseconds. */
record Percentiles(double p50Ms, double p99Ms) {

    static Percentiles ofMs(long[] ms) {
        return of(ms, 1);
    }

    static Percentiles ofNanos(long[] nanos) {
        return of(nanos, 1e6);
    }

    private static Percentiles of(long[] values, double toMs) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Percentiles(at(sorted, 0.50) / toMs, at(sorted, 0.99) / toMs);
    }

    private static double at(long[] sorted, double quantile) {
        return sorted[(int) Math.ceil(quantile * sorted.length) - 1];
    }
}
