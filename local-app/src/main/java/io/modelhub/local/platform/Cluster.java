package io.modelhub.local.platform;

import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * A broker, a schema registry and several aggregators that share the work, each a process of its own on this machine: what a
 * test of failures needs. Nobody looks after them: one that was killed stays dead until it is started again. All end with this
 * process.
 */
public final class Cluster implements AutoCloseable {

    private static final List<String> SMALL = List.of("-Xmx512m", "-XX:+UseSerialGC");

    /** They are started often: what they are to do is worth no better compilation. */
    private static final List<String> SMALL_AND_QUICK =
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final Duration QUESTION = Duration.ofSeconds(2);

    private final DataFolder folder;
    private final Distribution distribution;
    private final List<String> aggregatorArguments;
    private final Ports ports;
    private final Registry registry;
    private final Instance broker;
    private final List<Instance> aggregators;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(QUESTION)
            .build();

    /**
     * A cluster that is not started yet, on an emptied folder.
     *
     * @param data the folder of all state
     * @param aggregators how many
     * @param aggregatorArguments settings of all aggregators, as on their command line
     * @throws StartFailure the folder can't be used
     */
    public Cluster(
            Path data,
            int aggregators,
            List<String> aggregatorArguments,
            Distribution distribution,
            Progress progress) {
        Path folderPath = data.toAbsolutePath().normalize();
        this.folder = DataFolder.open(folderPath, true);
        this.distribution = distribution;
        this.aggregatorArguments = List.copyOf(aggregatorArguments);
        this.ports = Ports.free();
        this.registry = new Registry(
                folder,
                new PlatformSettings(folderPath, false, ports, distribution),
                new ProcessList(folder.processes()),
                progress);
        this.broker = new Instance(Broker.NAME, distribution.childAgent(), folder, number -> brokerRun());
        this.aggregators = IntStream.rangeClosed(1, aggregators)
                .mapToObj(number -> "aggregator-" + number)
                .map(role -> new Instance(role, distribution.childAgent(), folder, process -> aggregatorRun(role)))
                .toList();
    }

    private Instance.Run brokerRun() {
        Path data = folder.place(Broker.NAME);
        List<String> jvm = new ArrayList<>(SMALL);
        jvm.add("-Dmodelhub.logs=" + folder.logs());
        jvm.add("-Dlog4j2.shutdownHookEnabled=false");
        return new Instance.Run(
                new Child.Command(
                        Broker.NAME,
                        distribution.program(),
                        jvm,
                        List.of("broker", "--data=" + data, "--port=" + ports.broker()),
                        Map.of()),
                this::brokerAnswers);
    }

    private boolean brokerAnswers() throws InterruptedException {
        int patience = Math.toIntExact(QUESTION.toMillis());
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                patience,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                patience))) {
            List<String> topics = Topics.ALL.stream().map(TopicDefinition::name).toList();
            return admin.listTopics().names().get().containsAll(topics);
        } catch (ExecutionException e) {
            return false; // Not up yet.
        }
    }

    private Instance.Run aggregatorRun(String role) {
        // Another one for each process: a port that was given back may be taken.
        int port = Ports.freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "--server.address=" + Ports.HOST,
                "--server.port=" + port,
                "--spring.kafka.bootstrap-servers=" + bootstrapServers(),
                "--modelhub.schema-registry.url=" + registryUrl(),
                "--modelhub.state-dir=" + folder.place(role)));
        arguments.addAll(aggregatorArguments);
        URI ready = URI.create("http://%s:%d/actuator/health/readiness".formatted(Ports.HOST, port));
        return new Instance.Run(
                distribution.app("aggregator-app", role, SMALL_AND_QUICK, arguments, Map.of()), () -> answersOk(ready));
    }

    private boolean answersOk(URI ready) throws InterruptedException {
        try {
            HttpRequest question =
                    HttpRequest.newBuilder(ready).timeout(QUESTION).build();
            return http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // Not listening yet.
        }
    }

    /**
     * Starts broker and registry and waits until they are ready. The aggregators are left to the caller.
     *
     * @throws StartFailure one of them does not start
     */
    public void startServers() throws InterruptedException {
        broker.start();
        try {
            registry.start();
        } catch (IOException e) {
            throw new StartFailure("The schema registry can't be used: %s.".formatted(e.getMessage()), e);
        }
        broker.awaitReady();
    }

    public Instance broker() {
        return broker;
    }

    public List<Instance> aggregators() {
        return aggregators;
    }

    /** Where Kafka clients find the broker, whenever it runs. */
    public String bootstrapServers() {
        return ports.bootstrapServers();
    }

    /** The root of the registry's Confluent API. */
    public String registryUrl() {
        return ports.registryUrl();
    }

    /** Where each process logs, one file for each start. */
    public Path logs() {
        return folder.logs();
    }

    /** Ends every process; the folder stays. */
    @Override
    public void close() {
        CompletableFuture.allOf(aggregators.stream()
                        .map(aggregator -> CompletableFuture.runAsync(aggregator::stop))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        registry.close();
        broker.stop();
        folder.close();
    }
}
