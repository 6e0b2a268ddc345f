package io.modelhub.test;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** A real PostgreSQL of its own for a test: embedded, or in a container with {@code -Dmodelhub.test.containers=true}. */
public final class PostgresForTests implements AutoCloseable {

    private final String jdbcUrl;
    private final String username;
    private final String password;
    private final AutoCloseable server;

    private PostgresForTests(String jdbcUrl, String username, String password, AutoCloseable server) {
        this.jdbcUrl = jdbcUrl;
        this.username = username;
        this.password = password;
        this.server = server;
    }

    public static PostgresForTests start() {
        if (Containers.wanted()) {
            PostgreSQLContainer container = new PostgreSQLContainer("postgres:18");
            container.start();
            return new PostgresForTests(
                    container.getJdbcUrl(), container.getUsername(), container.getPassword(), container);
        }
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.start();
            return new PostgresForTests(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "postgres", postgres);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded PostgreSQL did not start", e);
        }
    }

    public String jdbcUrl() {
        return jdbcUrl;
    }

    public String username() {
        return username;
    }

    public String password() {
        return password;
    }

    @Override
    public void close() {
        Closing.close(server);
    }
}
