package io.modelhub.bench;

import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.util.FileSystemUtils;

/**
 * The servers of one run, and its folder: a broker with the topics, a registry, and what is started beside them. May be closed at
 * any moment and by another thread: nothing of it is left then.
 */
final class Servers implements AutoCloseable {

    /** As the broker of the local platform is set: for few processors and one disk. */
    private static final Map<String, String> BROKER = Map.of(
            "num.network.threads", "2",
            "num.io.threads", "4",
            "socket.send.buffer.bytes", "-1",
            "socket.receive.buffer.bytes", "-1",
            "log.flush.interval.ms", "1000",
            "log.flush.scheduler.interval.ms", "250");

    private final Progress progress;
    private final Deque<Runnable> toClose = new ArrayDeque<>();
    private boolean closed;

    Servers(Progress progress) {
        this.progress = progress;
    }

    /**
     * Servers that are up.
     *
     * @param aggregatorJar what is measured
     * @param folder for files that are of no use afterwards
     */
    record Up(
            Path aggregatorJar, Path folder, String bootstrapServers, String registryUrl, Topics topics, Admin admin) {}

    /** @throws BenchFailure the project isn't built */
    Up start() throws InterruptedException {
        SourceTree source = SourceTree.ofThisBuild();
        Path aggregatorJar = source.aggregator();
        source.nameRegistry();
        Path folder = temporaryFolder();
        progress.say("starting a broker and a registry");
        KafkaForTests kafka = KafkaForTests.start(BROKER);
        closeLater(kafka::close);
        RegistryForTests registry = RegistryForTests.start();
        closeLater(registry::close);
        Admin admin = kafka.admin();
        closeLater(admin::close);
        TopicCreation.ensure(admin, Topics.ALL);
        return new Up(
                aggregatorJar,
                folder,
                kafka.bootstrapServers(),
                registry.url(),
                new Topics(AvroSerdes.at(registry.url())),
                admin);
    }

    private Path temporaryFolder() {
        try {
            Path folder = Files.createTempDirectory("modelhub-bench");
            closeLater(() -> delete(folder));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("there is no place for temporary files", e);
        }
    }

    private static void delete(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("%s could not be deleted".formatted(folder), e);
        }
    }

    /** In the reverse order; at once where everything is being closed already. */
    void closeLater(Runnable close) {
        synchronized (toClose) {
            if (!closed) {
                toClose.push(close);
                return;
            }
        }
        close.run();
    }

    @Override
    public void close() {
        synchronized (toClose) {
            closed = true;
            while (!toClose.isEmpty()) {
                toClose.pop().run();
            }
        }
    }
}
