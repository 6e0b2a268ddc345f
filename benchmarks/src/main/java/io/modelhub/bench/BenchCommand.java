package io.modelhub.bench;

import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A measurement from the command line. Figures go to standard output, progress and failures to standard error. However the process
 * ends, nothing of the run survives it.
 */
@SuppressWarnings("NullAway.Init") // Picocli sets the options first.
abstract class BenchCommand implements Callable<Integer> {

    @Option(
            names = "--recording",
            paramLabel = "FILE",
            description = "Writes a flight recording (.jfr) of the aggregator, which costs it a little.")
    private @Nullable Path recording;

    @Option(
            names = "--compiler-patience",
            paramLabel = "S",
            defaultValue = "90",
            description =
                    "A figure is taken once the compilers have next to nothing to do, or so many seconds have gone by."
                            + " Default: ${DEFAULT-VALUE}.")
    private int compilerPatience;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as one JSON object.")
    private @Nullable Path json;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    @Spec
    private CommandSpec command;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final AtomicBoolean stopped = new AtomicBoolean();

    /** What a run found out. */
    interface Findings {

        /** For people. */
        String table();

        /** For machines, by name. */
        Map<String, Object> figures();
    }

    /** A run. May be closed at any moment and by another thread: nothing of it is left then. */
    interface Run extends AutoCloseable {

        /** @throws BenchFailure there are no figures to give */
        Findings measure() throws InterruptedException;

        @Override
        void close();
    }

    /** @throws IllegalArgumentException an option's value can't be; the message names both */
    abstract Run run(Progress progress);

    final @Nullable Path recording() {
        return recording;
    }

    final Duration compilerPatience() {
        return Duration.ofSeconds(compilerPatience);
    }

    @Override
    public final Integer call() throws InterruptedException {
        requireFolderOf("--json", json);
        requireFolderOf("--recording", recording);
        try (Run run = checked()) {
            Thread hook = new Thread(() -> stop(run), "stop-bench");
            Runtime.getRuntime().addShutdownHook(hook);
            write(run.measure());
            Runtime.getRuntime().removeShutdownHook(hook);
            return CommandLine.ExitCode.OK;
        }
    }

    private Run checked() {
        try {
            return run(new Progress(command.commandLine().getErr()));
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
    private void stop(Run run) {
        stopped.set(true);
        // The servers lose each other and their files now; what they say about it is no news.
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logging) {
            logging.stop();
        }
        run.close();
    }

    private void write(Findings findings) {
        PrintWriter out = command.commandLine().getOut();
        out.print(findings.table());
        out.flush();
        if (json != null) {
            try {
                Map<String, Object> figures = new LinkedHashMap<>(findings.figures());
                figures.put("machine", Machine.description());
                Files.writeString(
                        json, JSON.writeValueAsString(figures) + System.lineSeparator(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static int wrongCommandLine(CommandLine.ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println(e.getMessage());
        err.printf(
                "\"./%s --help\" shows what it takes.%n",
                e.getCommandLine().getCommandSpec().qualifiedName(" "));
        return CommandLine.ExitCode.USAGE;
    }

    static int failed(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) throws Exception {
        BenchCommand bench = commandLine.getCommand();
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
