package io.modelhub.aggregator;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.util.Properties;
import java.util.ServiceLoader;

/** The JDBC driver as tools get it: its jar and SLF4J's, found as they find it, apart from all classes of this build. */
final class JdbcDriver implements AutoCloseable {

    private static final Path JARS = Path.of("target", "jdbc");

    private final URLClassLoader classes;
    private final Driver driver;

    JdbcDriver() throws Exception {
        classes = new URLClassLoader(
                new URL[] {jar("avatica.jar"), jar("slf4j-api.jar")}, ClassLoader.getPlatformClassLoader());
        driver = ServiceLoader.load(Driver.class, classes).iterator().next();
    }

    private static URL jar(String name) throws Exception {
        Path jar = JARS.resolve(name);
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(
                    jar.toAbsolutePath() + " is missing; mvn verify copies it before the integration tests");
        }
        return jar.toUri().toURL();
    }

    /** @param more of the address, each with a semicolon before it */
    Connection connect(String address, String more) throws Exception {
        return driver.connect("jdbc:avatica:remote:url=http://" + address + "/jdbc" + more, new Properties());
    }

    @Override
    public void close() throws Exception {
        classes.close();
    }
}
