package io.modelhub.bench;

import java.time.Duration;

/**
 * What is asked of which windows.
 *
 * @param day the calls of a day, those of the batches last
 * @param clients connections that ask for windows
 * @param seconds how long they ask, once the compilers have done their work
 * @param pushes push queries at once
 * @param batch calls that are worked off with and without them
 */
record SqlBenchSettings(BenchSettings day, int clients, int seconds, int pushes, int batch) {

    /** Pairs of batches without and with push queries, each the other way round: a machine that gets slower is no verdict. */
    static final int ROUNDS = 5;

    /** One more is the compiler's. */
    static final int BATCHES = 1 + 2 * ROUNDS;

    SqlBenchSettings {
        BenchSettings.requirePositive("--clients", clients);
        BenchSettings.requirePositive("--seconds", seconds);
        BenchSettings.requirePositive("--pushes", pushes);
        BenchSettings.requirePositive("--batch", batch);
    }

    /** Calls that the windows are made of which are asked for. */
    int filled() {
        return day.events() - BATCHES * batch;
    }

    Duration time() {
        return Duration.ofSeconds(seconds);
    }
}
