package io.modelhub.local;

import io.modelhub.local.platform.StartFailure;
import io.modelhub.local.sql.Conversation;
import io.modelhub.local.sql.Shell;
import io.modelhub.local.sql.SqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./modelhub sql}. */
@Command(
        name = "sql",
        description = {
            "Asks the running platform in SQL (docs/sql.md): at a terminal with history and completion, else statements from"
                    + " standard input until one fails.",
            "Exit code 0: all were answered. 1: one was not."
        })
final class SqlCommand implements Callable<Integer> {

    /** The launcher sets it where a person types and reads. */
    private static final String PERSON_PROPERTY = "modelhub.person";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final LocalPorts local = new LocalPorts();

    @Option(
            names = {"-c", "--command"},
            paramLabel = "STATEMENTS",
            description = "Run these, with semicolons between them, and end.")
    private @Nullable String statements;

    @Option(names = "--csv", description = "Rows as CSV with a line of names.")
    private boolean csv;

    @Option(names = "--json", description = "Rows as JSON, an object on a line each.")
    private boolean json;

    @Option(names = "--url", paramLabel = "URL", description = "Another aggregator than this machine's.")
    private @Nullable URI url;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ".modelhub",
            description =
                    "The platform's data folder; where it is on this machine, it keeps the history (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".modelhub");

    @Override
    public Integer call() throws InterruptedException {
        if (csv && json) {
            throw new WrongOption("--csv and --json can't both be.");
        }
        Conversation.Format format =
                csv ? Conversation.Format.CSV : json ? Conversation.Format.JSON : Conversation.Format.TABLE;
        SqlServer server = new SqlServer(address());
        return RunningPlatform.quietly(() -> {
            if (statements == null && Boolean.getBoolean(PERSON_PROPERTY)) {
                talk(server, format);
                return ExitCode.OK;
            }
            Conversation conversation = new Conversation(
                    server,
                    format,
                    spec.commandLine().getOut(),
                    spec.commandLine().getErr(),
                    Terminal::columnsOfThisProcess);
            return conversation.all(statements == null ? standardInput() : statements)
                    ? ExitCode.OK
                    : ExitCode.SOFTWARE;
        });
    }

    private URI address() {
        URI address =
                url == null ? URI.create("http://127.0.0.1:" + local.ports().aggregator()) : url;
        if (address.getHost() == null || !String.valueOf(address.getScheme()).matches("https?")) {
            throw new WrongOption("--url must be like http://127.0.0.1:8082, not %s.".formatted(address));
        }
        return address;
    }

    private void talk(SqlServer server, Conversation.Format format) {
        Optional<Path> history =
                Optional.of(data).filter(Files::isDirectory).map(folder -> folder.resolve("sql-history"));
        try (var terminal = TerminalBuilder.terminal()) {
            new Shell(terminal, server, format, history).run();
        } catch (IOException e) {
            throw new StartFailure("The terminal can't be used: %s.".formatted(e.getMessage()), e);
        }
    }

    private static String standardInput() {
        try {
            return new String(System.in.readAllBytes(), Charset.defaultCharset());
        } catch (IOException e) {
            throw new UncheckedIOException("standard input can't be read", e);
        }
    }
}
