package io.modelhub.bench;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The program behind {@code ./modelhub bench}. Exit
 * codes: 1 where there are no figures or the results were wrong, 2 where the command line is, 130 or 143 after Ctrl-C or
 * SIGTERM.
 */
@Command(
        name = "modelhub bench",
        description = {
            "Measures on this machine, in one run, over one topic full of events: a plain consumer on one thread, the same with"
                    + " the aggregator's decoder, and the aggregator from the first event to its last result, whose sums are"
                    + " checked. Starts a broker and a registry of its own and leaves nothing behind."
        },
        sortOptions = false,
        subcommands = SqlBench.class)
@SuppressWarnings("NullAway.Init") // Picocli sets the options first.
public final class Bench extends BenchCommand {

    @Option(names = "--events", paramLabel = "N", defaultValue = "3000000", description = "Default: ${DEFAULT-VALUE}.")
    private int events;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "5000000",
            description =
                    "Events that the aggregator works off before its clock runs: they are the compiler's, as the first"
                            + " passes of the consumers are. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "The same seed gives the same events. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--organizations",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Their shares of the events follow Zipf's law. Default: ${DEFAULT-VALUE}.")
    private int organizations;

    @Option(names = "--models", paramLabel = "N", defaultValue = "50", description = "Default: ${DEFAULT-VALUE}.")
    private int models;

    @Option(names = "--api-keys", paramLabel = "N", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}.")
    private int apiKeys;

    @Option(
            names = "--breaches",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "API keys that are brought over their limit, once while all is quiet and once at half the measured"
                            + " throughput. Default: ${DEFAULT-VALUE}.")
    private int breaches;

    @Option(
            names = "--peer-events",
            paramLabel = "N",
            defaultValue = "300000",
            description =
                    "How many events of the peer are measured, after as many at least for its compiler. Default: ${DEFAULT-VALUE}.")
    private int peerEvents;

    @Option(
            names = "--peer-commit-intervals",
            paramLabel = "MS",
            split = ",",
            defaultValue = "100,500,1000",
            description =
                    "The peer is measured with each, in milliseconds, and the best of its rates counts. Default: ${DEFAULT-VALUE}.")
    private List<Integer> peerCommitIntervalsMs;

    @Option(
            names = "--commit-interval",
            paramLabel = "MS",
            description = "The aggregator's, in milliseconds. Default: the aggregator's own default.")
    private @Nullable Integer commitIntervalMs;

    private Bench() {}

    public static void main(String[] arguments) {
        // Else the quiet log of this program is taken from test-support, which tells more.
        System.setProperty("logback.configurationFile", "io/modelhub/bench/logback.xml");
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench())
                .setParameterExceptionHandler(BenchCommand::wrongCommandLine)
                .setExecutionExceptionHandler(BenchCommand::failed);
    }

    @Override
    Run run(Progress progress) {
        return new WholePath(settings(), progress);
    }

    private BenchSettings settings() {
        return new BenchSettings(
                warmUp,
                events,
                seed,
                organizations,
                models,
                apiKeys,
                breaches,
                Math.min(peerEvents, Math.max(1, (warmUp + events) / 2)),
                peerCommitIntervalsMs.stream().map(Duration::ofMillis).toList(),
                compilerPatience(),
                Optional.ofNullable(commitIntervalMs).map(Duration::ofMillis),
                Optional.ofNullable(recording()));
    }
}
