package io.modelhub.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.ingest.IngestApplication;
import io.modelhub.test.RegistryForTests;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The broker and the registry go and come back while the application stays. */
class OutageIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int BATCH = 20;

    @Test
    void everythingAcknowledgedStandsOnTheTopicAfterTheBrokerWasAway(@TempDir Path folder) throws Exception {
        try (RestartableBroker broker = new RestartableBroker(folder);
                RegistryForTests registry = RegistryForTests.start();
                ConfigurableApplicationContext application = start(broker.bootstrapServers(), registry.url())) {
            UsageClient client = new UsageClient(port(application));

            // It started without a broker.
            assertUnavailable(client.post(batch("early")), "broker_unavailable");
            assertThat(client.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(client.get("/actuator/health/readiness").statusCode()).isEqualTo(503);

            broker.start();
            client.awaitReadiness(200);
            Set<String> acknowledged = new TreeSet<>();
            assertThat(send(client, "before", acknowledged)).isEqualTo(202);

            // It goes away under load and comes back.
            AtomicBoolean done = new AtomicBoolean();
            ExecutorService senders = Executors.newFixedThreadPool(4);
            List<Future<Load>> loads = new ArrayList<>();
            for (int sender = 0; sender < 4; sender++) {
                String name = "sender-" + sender;
                loads.add(senders.submit(() -> load(client, name, done)));
            }
            TimeUnit.MILLISECONDS.sleep(500);
            broker.stop();
            client.awaitReadiness(503);
            assertUnavailable(client.post(batch("away")), "broker_unavailable");
            broker.start();
            client.awaitReadiness(200);
            TimeUnit.MILLISECONDS.sleep(500);
            done.set(true);
            int refused = 0;
            for (Future<Load> load : loads) {
                acknowledged.addAll(load.get().acknowledged());
                refused += load.get().refused();
            }
            senders.shutdown();
            assertThat(send(client, "after", acknowledged)).isEqualTo(202);

            assertThat(refused).as("batches refused while it was away").isPositive();
            WrittenRecords written = new WrittenRecords(broker.bootstrapServers(), registry.url());
            assertThat(WrittenRecords.ids(written.usageSince(Map.of()))).containsAll(acknowledged);
        }
    }

    @Test
    void answers503UntilTheRegistryIsThere(@TempDir Path folder) throws Exception {
        try (RestartableBroker broker = new RestartableBroker(folder)) {
            broker.start();
            try (ConfigurableApplicationContext application =
                    start(broker.bootstrapServers(), "http://127.0.0.1:1/apis/ccompat/v7")) {
                UsageClient client = new UsageClient(port(application));

                assertUnavailable(client.post(batch("early")), "registry_unavailable");
                assertThat(client.get("/actuator/health/readiness").statusCode())
                        .isEqualTo(503);
            }
        }
    }

    private record Load(Set<String> acknowledged, int refused) {}

    /** Sends until told to stop; what is refused is not sent again. */
    private static Load load(UsageClient client, String name, AtomicBoolean done) throws Exception {
        Set<String> acknowledged = new TreeSet<>();
        int refused = 0;
        for (int i = 0; !done.get(); i++) {
            int status = send(client, name + "-" + i, acknowledged);
            assertThat(status).isIn(202, 503);
            refused += status == 503 ? 1 : 0;
        }
        return new Load(acknowledged, refused);
    }

    private static int send(UsageClient client, String name, Set<String> acknowledged) throws Exception {
        int status = client.post(batch(name)).statusCode();
        if (status == 202) {
            acknowledged.addAll(ids(name).toList());
        }
        return status;
    }

    private static String batch(String name) {
        return ids(name).map(SampleEvents::good).collect(Collectors.joining(",", "[", "]"));
    }

    private static Stream<String> ids(String name) {
        return IntStream.range(0, BATCH).mapToObj(i -> name + "-" + i);
    }

    private static void assertUnavailable(HttpResponse<String> answer, String code) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.get("code").asString()).isEqualTo(code);
        assertThat(problem.get("events").asInt()).isEqualTo(BATCH);
        assertThat(problem.get("acknowledged").asInt()).isBetween(0, BATCH - 1);
        assertThat(answer.body()).doesNotContain("Exception");
    }

    private static ConfigurableApplicationContext start(String bootstrapServers, String registryUrl) {
        return new SpringApplicationBuilder(IngestApplication.class)
                .bannerMode(Banner.Mode.OFF)
                .run(
                        "--server.port=0",
                        "--logging.level.org.apache.kafka=ERROR",
                        "--modelhub.publish.ack-timeout=3s",
                        "--spring.kafka.bootstrap-servers=" + bootstrapServers,
                        "--modelhub.schema-registry.url=" + registryUrl);
    }

    private static int port(ConfigurableApplicationContext application) {
        return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
