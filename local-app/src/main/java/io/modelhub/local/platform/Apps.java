package io.modelhub.local.platform;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The three apps, each a child process of its own executable jar. */
final class Apps implements AutoCloseable {

    /** A small heap and quick compilation: these are to be up soon, and have little to do on one machine. */
    private static final List<String> SMALL = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final PlatformSettings settings;
    private final LocalServers servers;
    private final DataFolder folder;
    private final ProcessList processes;
    private final Progress progress;

    private final ChildServer catalog;
    private final ChildServer ingest;
    private final ChildServer aggregator;

    /** Apps that are not started yet, on servers that are. */
    Apps(DataFolder folder, PlatformSettings settings, LocalServers servers, ProcessList processes, Progress progress)
            throws IOException {
        this.settings = settings;
        this.servers = servers;
        this.folder = folder;
        this.processes = processes;
        this.progress = progress;
        this.catalog = app(
                "catalog-app",
                settings.ports().catalog(),
                SMALL,
                List.of(
                        "--spring.datasource.url=" + servers.database().jdbcUrl(),
                        "--spring.datasource.username=" + servers.database().user(),
                        "--modelhub.aggregator.url=http://%s:%d"
                                .formatted(Ports.HOST, settings.ports().aggregator()),
                        "--modelhub.key-encryption.key-file=" + folder.secret("key-encryption-key")),
                Map.of("SPRING_DATASOURCE_PASSWORD", servers.database().password()));
        this.ingest = app("ingest-app", settings.ports().ingest(), SMALL, List.of(), Map.of());
        this.aggregator = app(
                "aggregator-app",
                settings.ports().aggregator(),
                List.of("-Xmx768m"),
                List.of("--modelhub.state-dir=" + folder.state("aggregator")),
                Map.of());
    }

    private ChildServer app(
            String name, int port, List<String> jvm, List<String> arguments, Map<String, String> environment) {
        List<String> all = new ArrayList<>(List.of(
                "--server.address=" + Ports.HOST,
                "--server.port=" + port,
                "--spring.kafka.bootstrap-servers=" + servers.broker().bootstrapServers(),
                "--modelhub.schema-registry.url=" + servers.registry().url()));
        all.addAll(arguments);
        Distribution distribution = settings.distribution();
        return new ChildServer(
                distribution.app(name, name, jvm, all, environment),
                distribution.childAgent(),
                folder.log(name),
                URI.create("http://%s:%d/actuator/health/readiness".formatted(Ports.HOST, port)),
                processes,
                progress);
    }

    /** @throws StartFailure one of them does not start */
    void start(Launch launch) throws InterruptedException {
        launch.together(
                new Launch.Step("catalog-app", catalog::start),
                new Launch.Step("ingest-app", ingest::start),
                new Launch.Step("aggregator-app", aggregator::start));
    }

    @Override
    public void close() {
        CompletableFuture.allOf(
                        CompletableFuture.runAsync(ingest::close),
                        CompletableFuture.runAsync(catalog::close),
                        CompletableFuture.runAsync(aggregator::close))
                .join();
    }
}
