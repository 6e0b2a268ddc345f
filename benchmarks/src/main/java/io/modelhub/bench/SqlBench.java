package io.modelhub.bench;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./modelhub bench sql}. */
@Command(
        name = "sql",
        description = {
            "Measures SQL over a day of windows on this machine: questions for one window, the most expensive organizations of an"
                    + " hour, how soon a push query has a row, and what a hundred of them cost the aggregator.",
            "Starts a broker and a registry of its own and leaves nothing behind."
        },
        sortOptions = false)
final class SqlBench extends BenchCommand {

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "Calls that the windows are made of. Default: ${DEFAULT-VALUE}.")
    private int events;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--organizations",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Their shares of the events follow Zipf's law. Default: ${DEFAULT-VALUE}.")
    private int organizations;

    @Option(names = "--models", paramLabel = "N", defaultValue = "50", description = "Default: ${DEFAULT-VALUE}.")
    private int models;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "4",
            description = "Connections that ask for windows. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "15",
            description = "How long they ask, once the compilers have done their work. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--pushes", paramLabel = "N", defaultValue = "100", description = "Default: ${DEFAULT-VALUE}.")
    private int pushes;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "300000",
            description =
                    "Events of one of the ten batches that are worked off with and without push queries. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Override
    Run run(Progress progress) {
        BenchSettings.requirePositive("--events", events);
        BenchSettings.requirePositive("--batch", batch);
        BenchSettings workload = new BenchSettings(
                0,
                events + SqlBenchSettings.BATCHES * batch,
                seed,
                organizations,
                models,
                5_000,
                1,
                1,
                List.of(),
                compilerPatience(),
                Optional.empty(),
                Optional.ofNullable(recording()));
        return new SqlPath(new SqlBenchSettings(workload, clients, seconds, pushes, batch), progress);
    }
}
