package io.modelhub.local.platform;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL with its data in the data folder. It is as durable as any other: a commit is on the disk when it is
 * answered. It listens on the loopback address alone and asks for a password that is made once and kept in the folder.
 */
final class Database implements AutoCloseable {

    static final String NAME = "postgresql";

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** The database of catalog-app. */
    private static final String DATABASE = "modelhub";

    /** The only user; zonky calls it so. */
    private static final String USER = "postgres";

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration LEFTOVER_END = Duration.ofSeconds(15);

    /** Where zonky looks for databases that earlier programs left behind; kept inside our folder, it finds no other's. */
    private static final String ZONKY_FOLDER = "ot.epg.working-dir";

    private static final Map<String, String> SETTINGS = Map.of(
            // zonky turns both off, for tests.
            "fsync", "on",
            "synchronous_commit", "on",
            "listen_addresses", Ports.HOST,
            // Sockets in a shared folder would be open to every user of the machine.
            "unix_socket_directories", "",
            "max_connections", "50");

    private final EmbeddedPostgres postgres;
    private final ProcessHandle postmaster;
    private final String password;
    private volatile boolean closed;

    private Database(EmbeddedPostgres postgres, ProcessHandle postmaster, String password) {
        this.postgres = postgres;
        this.postmaster = postmaster;
        this.password = password;
    }

    /**
     * Starts it; one that an earlier run left behind on the same data is ended first.
     *
     * @param onEnd called with a reason when it ends without being closed
     * @throws StartFailure it can't start
     */
    static Database start(DataFolder folder, ProcessList processes, Consumer<String> onEnd)
            throws InterruptedException {
        Path log = folder.log(NAME);
        try {
            endLeftover(folder.state(NAME).resolve("data"));
            Path state = folder.stateSinceFirstStart(NAME);
            Path data = state.resolve("data");
            Path password = folder.secret("database-password");
            EmbeddedPostgres postgres = zonky(state.resolve("binaries"), data, password, log);
            ProcessHandle postmaster = postmaster(data)
                    .orElseThrow(() -> new StartFailure("PostgreSQL left no process id in %s.".formatted(data)));
            processes.add(NAME, postmaster);
            Database database = new Database(postgres, postmaster, Files.readString(password));
            database.createDatabase();
            folder.firstStartDone(NAME);
            database.watch(log, onEnd);
            return database;
        } catch (IOException | SQLException | IllegalStateException e) {
            List<String> lines = DataFolder.lastLines(log, 5);
            endWhatStarted(folder);
            throw new StartFailure(
                    "PostgreSQL did not start: %s; the last lines of %s:%n    %s"
                            .formatted(e.getMessage(), log, String.join("\n    ", lines)),
                    e);
        }
    }

    private static EmbeddedPostgres zonky(Path binaries, Path data, Path password, Path log) throws IOException {
        System.setProperty(ZONKY_FOLDER, binaries.toString());
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(binaries.toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(Ports.freePort())
                .setPGStartupWait(START)
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                // Further options of initdb, beside the locale's: who connects over TCP needs the password.
                .setLocaleConfig("auth-host", "scram-sha-256")
                .setLocaleConfig("pwfile", password.toString())
                .setConnectConfig("password", Files.readString(password));
        SETTINGS.forEach(builder::setServerConfig);
        return builder.start();
    }

    private static void endWhatStarted(DataFolder folder) throws InterruptedException {
        try {
            endLeftover(folder.state(NAME).resolve("data"));
        } catch (IOException e) {
            // The next start looks for it again.
            LOG.warn("a PostgreSQL that did not come up may still be running", e);
        }
    }

    private static void endLeftover(Path data) throws InterruptedException, IOException {
        Optional<ProcessHandle> leftover = postmaster(data);
        if (leftover.isEmpty()) {
            return;
        }
        ProcessHandle postmaster = leftover.get();
        // PostgreSQL's "fast" shutdown: sessions are ended, the data is left clean.
        new ProcessBuilder("kill", "-INT", Long.toString(postmaster.pid()))
                .start()
                .waitFor();
        try {
            postmaster.onExit().get(LEFTOVER_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            postmaster.destroyForcibly();
            postmaster.onExit().join();
        } catch (ExecutionException e) {
            throw new StartFailure(
                    "PostgreSQL (process %d) of an earlier run can't be ended; end it by hand."
                            .formatted(postmaster.pid()),
                    e);
        }
    }

    /** The process that serves this data now, by PostgreSQL's own file; it may name one that is long gone. */
    private static Optional<ProcessHandle> postmaster(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        if (lines.isEmpty() || !lines.get(0).strip().matches("\\d{1,10}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains("postgres") && line.contains(data.toString()))
                        .isPresent());
    }

    private void createDatabase() throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            boolean exists;
            try (ResultSet found =
                    statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                exists = found.next();
            }
            if (!exists) {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
        }
    }

    private void watch(Path log, Consumer<String> onEnd) {
        var unused = postmaster.onExit().thenRun(() -> {
            if (!closed) {
                onEnd.accept("PostgreSQL (process %d) ended by itself (see %s).".formatted(postmaster.pid(), log));
            }
        });
    }

    String jdbcUrl() {
        return "jdbc:postgresql://%s:%d/%s".formatted(Ports.HOST, postgres.getPort(), DATABASE);
    }

    String user() {
        return USER;
    }

    String password() {
        return password;
    }

    @Override
    public void close() {
        closed = true;
        try {
            postgres.close();
        } catch (IOException e) {
            throw new StartFailure("PostgreSQL could not be stopped: %s.".formatted(e.getMessage()), e);
        }
    }
}
