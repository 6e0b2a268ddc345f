package io.modelhub.catalog;

import io.modelhub.test.KafkaForTests;
import io.modelhub.test.PostgresForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The real broker, registry and database, one of each for all integration tests of this module; they end with the JVM. */
final class Platform {

    private static final Platform SHARED = new Platform();

    private final KafkaForTests kafka = KafkaForTests.start();
    private final RegistryForTests registry = RegistryForTests.start();
    private final PostgresForTests postgres = PostgresForTests.start();
    private final Topics topics = new Topics(AvroSerdes.at(registry.url()));

    private Platform() {}

    static Platform shared() {
        return SHARED;
    }

    KafkaForTests kafka() {
        return kafka;
    }

    RegistryForTests registry() {
        return registry;
    }

    Topics topics() {
        return topics;
    }

    /** An empty database. */
    Database database(String name) {
        return created(name, "");
    }

    /** A database as another one is now, to which nobody may be connected. */
    Database copyOf(Database original, String name) {
        String template = original.url().replaceFirst("jdbc:postgresql://[^/]+/([^?]*).*", "$1");
        return created(name, " TEMPLATE " + template);
    }

    private Database created(String name, String from) {
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + from);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        String url = postgres.jdbcUrl().replaceFirst("(jdbc:postgresql://[^/]+/)[^?]*", "$1" + name);
        return new Database(url, postgres.username(), postgres.password());
    }

    record Database(String url, String username, String password) {

        Connection connection() throws SQLException {
            return DriverManager.getConnection(url, username, password);
        }

        /** Without an app. */
        JdbcClient jdbc() {
            return JdbcClient.create(new DriverManagerDataSource(url, username, password));
        }
    }
}
