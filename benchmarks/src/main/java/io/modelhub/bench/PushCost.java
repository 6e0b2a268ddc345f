package io.modelhub.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What push queries cost the aggregator, pair by pair.
 *
 * @param pairs of batches, in the order in which they were worked off
 */
record PushCost(List<Pair> pairs) {

    /**
     * Two batches, one right after the other.
     *
     * @param without calls per second, from the first one written to the last one committed, without a push query
     * @param with the same with all of them open
     * @param meanwhile rows that those had by then
     * @param rows all that they got of the batch
     * @param restMs until the last of them, since the last call was committed
     */
    record Pair(double without, double with, long meanwhile, long rows, long restMs) {

        double slowdown() {
            return 1 - with / without;
        }
    }

    /** Of the pairs, the middle one's: what happens to one of them is no verdict. */
    double slowdown() {
        return middle(Pair::slowdown);
    }

    double leastSlowdown() {
        return pairs.stream().mapToDouble(Pair::slowdown).min().orElseThrow();
    }

    double mostSlowdown() {
        return pairs.stream().mapToDouble(Pair::slowdown).max().orElseThrow();
    }

    double without() {
        return middle(Pair::without);
    }

    double with() {
        return middle(Pair::with);
    }

    long meanwhile() {
        return pairs.stream().mapToLong(Pair::meanwhile).sum();
    }

    long rows() {
        return pairs.stream().mapToLong(Pair::rows).sum();
    }

    double restMs() {
        return middle(Pair::restMs);
    }

    private double middle(ToDoubleFunction<Pair> figure) {
        double[] figures = pairs.stream().mapToDouble(figure).toArray();
        Arrays.sort(figures);
        return figures[figures.length / 2];
    }
}
