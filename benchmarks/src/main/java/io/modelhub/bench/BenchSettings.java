package io.modelhub.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is measured.
 *
 * @param warmUp calls on {@code modelhub.usage} that the aggregator works off before its clock runs, as the compiler's
 * @param events calls after them, which are measured
 * @param seed the same seed gives the same calls; only their times move with the clock
 * @param organizations their shares of the calls follow Zipf's law
 * @param models all of them have a price
 * @param apiKeys dealt out to the organizations in turn, each with limits
 * @param breaches keys that are brought over their limit, once while all is quiet and once under load
 * @param peerEvents how many calls of the peer are measured; as many before them are its compiler's
 * @param peerCommitIntervals that the peer is measured with, one after the other: the best of its rates counts
 * @param compilerPatience before a figure that compilers at work would spoil, they are waited for no longer
 * @param commitInterval of the aggregator; empty: as it is by default
 * @param recording where a flight recording of the aggregator goes, empty for none
 */
record BenchSettings(
        int warmUp,
        int events,
        long seed,
        int organizations,
        int models,
        int apiKeys,
        int breaches,
        int peerEvents,
        List<Duration> peerCommitIntervals,
        Duration compilerPatience,
        Optional<Duration> commitInterval,
        Optional<Path> recording) {

    BenchSettings {
        if (warmUp < 0) {
            throw new IllegalArgumentException("--warm-up must not be negative, as %d is".formatted(warmUp));
        }
        requirePositive("--events", events);
        requirePositive("--organizations", organizations);
        requirePositive("--models", models);
        requirePositive("--api-keys", apiKeys);
        requirePositive("--breaches", breaches);
        requirePositive("--peer-events", peerEvents);
        requirePositive("--compiler-patience", compilerPatience.toSeconds());
        peerCommitIntervals.forEach(interval -> requirePositive("--peer-commit-intervals", interval.toMillis()));
        commitInterval.ifPresent(interval -> requirePositive("--commit-interval", interval.toMillis()));
    }

    /** All calls on the topic. */
    int logged() {
        return warmUp + events;
    }

    static void requirePositive(String option, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be at least 1, not %d".formatted(option, value));
        }
    }
}
