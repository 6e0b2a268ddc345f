package io.modelhub.catalog;

import io.modelhub.test.Eventually;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real PostgreSQL of its own, which can be stopped as by a crash and started again on the same port with the same data. */
final class PostgresServer implements AutoCloseable {

    private static final String NAME = "postgres";

    private final Path data;
    private final int port;
    private EmbeddedPostgres postgres;

    private PostgresServer(Path data, int port) throws IOException {
        this.data = data;
        this.port = port;
        this.postgres = started();
    }

    /** @param folder gets its data */
    static PostgresServer start(Path folder) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            int port = free.getLocalPort();
            free.close();
            return new PostgresServer(folder.resolve("data"), port);
        }
    }

    private EmbeddedPostgres started() throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(Eventually.PATIENCE)
                // What was answered is to outlive the process: zonky turns it off.
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    Platform.Database database() {
        return new Platform.Database(postgres.getJdbcUrl(NAME, NAME), NAME, NAME);
    }

    /** PostgreSQL's "immediate" shutdown: sessions are cut wherever they are, and the next start recovers from the log. */
    void stopAtOnce() throws IOException, InterruptedException {
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        new ProcessBuilder("kill", "-QUIT", pid).start().waitFor();
        postmaster.onExit().join();
        postgres.close();
    }

    void startAgain() throws IOException {
        postgres = started();
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
