package io.modelhub.catalog.outbox;

import io.modelhub.test.EndsWithParent;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** The relay alone in a process of its own, which can be killed. */
public final class RelayProcess implements AutoCloseable {

    private final Process process;

    private RelayProcess(Process process) {
        this.process = process;
    }

    /** @param name of its connection to the database */
    public static RelayProcess start(
            String name, String jdbcUrl, String username, String password, String bootstrapServers, String registryUrl)
            throws IOException {
        String url = jdbcUrl + (jdbcUrl.contains("?") ? "&" : "?") + "ApplicationName=" + name;
        return new RelayProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndsWithParent.class.getName(),
                        RelayProcess.class.getName(),
                        url,
                        username,
                        password,
                        bootstrapServers,
                        registryUrl)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Arguments: JDBC URL, user name, password, bootstrap servers, address of the registry. */
    public static void main(String[] arguments) throws InterruptedException {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(arguments[0]);
        database.setUser(arguments[1]);
        database.setPassword(arguments[2]);
        KafkaProperties kafka = new KafkaProperties();
        kafka.setBootstrapServers(List.of(arguments[3]));
        new OutboxRelay(database, kafka, new Topics(AvroSerdes.at(arguments[4]))).start();
        new CountDownLatch(1).await();
    }

    /** As {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Does nothing from here on, and does not notice it. */
    public void sleep() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void wake() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
