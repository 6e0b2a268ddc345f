package io.modelhub.bench;

import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The program behind {@code ./modelhub bench}. Figures go to standard output, progress and failures to standard error. Exit
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
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // Picocli sets the options first.
public final class Bench implements Callable<Integer> {

    @Option(names = "--events", paramLabel = "N", defaultValue = "3000000", description = "Default: ${DEFAULT-VALUE}.")
    private int events;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "1000000",
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
                    "How many events of the peer are measured, after as many for its compiler. Default: ${DEFAULT-VALUE}.")
    private int peerEvents;

    @Option(
            names = "--commit-interval",
            paramLabel = "MS",
            description = "The aggregator's, in milliseconds. Default: the aggregator's own default.")
    private @Nullable Integer commitIntervalMs;

    @Option(
            names = "--recording",
            paramLabel = "FILE",
            description = "Writes a flight recording (.jfr) of the aggregator, which costs it a little.")
    private @Nullable Path recording;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as one JSON object.")
    private @Nullable Path json;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    @Spec
    private CommandSpec command;

    private final AtomicBoolean stopped = new AtomicBoolean();

    private Bench() {}

    public static void main(String[] arguments) {
        // Else the quiet log of this program is taken from test-support, which tells more.
        System.setProperty("logback.configurationFile", "io/modelhub/bench/logback.xml");
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench())
                .setParameterExceptionHandler(Bench::wrongCommandLine)
                .setExecutionExceptionHandler(Bench::failed);
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = command.commandLine().getErr();
        try (WholePath path = new WholePath(settings(), new Progress(err))) {
            Thread hook = new Thread(() -> stop(path), "stop-bench");
            Runtime.getRuntime().addShutdownHook(hook);
            Measurement measured = path.measure();
            write(measured);
            Runtime.getRuntime().removeShutdownHook(hook);
            return CommandLine.ExitCode.OK;
        }
    }

    private BenchSettings settings() {
        requireFolderOf("--json", json);
        requireFolderOf("--recording", recording);
        try {
            return new BenchSettings(
                    warmUp,
                    events,
                    seed,
                    organizations,
                    models,
                    apiKeys,
                    breaches,
                    Math.min(peerEvents, Math.max(1, (warmUp + events) / 2)),
                    Optional.ofNullable(commitIntervalMs).map(Duration::ofMillis),
                    Optional.ofNullable(recording));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Said before the measurement, not after it. */
    private void requireFolderOf(String option, @Nullable Path file) {
        if (file != null && !Files.isDirectory(file.toAbsolutePath().resolveSibling(""))) {
            throw new CommandLine.ParameterException(
                    command.commandLine(), "%s %s: there is no such folder".formatted(option, file));
        }
    }

    /** The end of this process waits for it, so nothing of the run survives. */
    private void stop(WholePath path) {
        stopped.set(true);
        // The servers lose each other and their files now; what they say about it is no news.
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logging) {
            logging.stop();
        }
        path.close();
    }

    private void write(Measurement measured) {
        PrintWriter out = command.commandLine().getOut();
        out.print(measured.table());
        out.flush();
        if (json != null) {
            try {
                Files.writeString(json, measured.json(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static int wrongCommandLine(CommandLine.ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println(e.getMessage());
        err.println("\"./modelhub bench --help\" shows what it takes.");
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed)
            throws Exception {
        Bench bench = commandLine.getCommand();
        if (bench.stopped.get()) {
            return CommandLine.ExitCode
                    .SOFTWARE; // The servers were taken from under it; the signal sets the exit code.
        }
        if (failure instanceof BenchFailure) {
            commandLine.getErr().println(failure.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure; // A bug: its trace belongs in the report of it.
    }
}
