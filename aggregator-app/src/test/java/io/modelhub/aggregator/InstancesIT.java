package io.modelhub.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three instances share the work, and each answers for all of it: as long as one is missing an answer says so, and never leaves
 * its part out.
 */
class InstancesIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ORGANIZATIONS = 40;
    private static final String LIMIT = "2";

    @TempDir
    private Path folder;

    private KafkaForTests kafka;
    private RegistryForTests registry;
    private Topics topics;
    private final List<AggregatorProcess> running = new ArrayList<>();
    private String range;
    private int sent;

    @BeforeEach
    void start() throws InterruptedException {
        kafka = KafkaForTests.start();
        registry = RegistryForTests.start();
        topics = new Topics(AvroSerdes.at(registry.url()));
        try (Admin admin = kafka.admin()) {
            TopicCreation.ensure(admin, Topics.ALL);
        }
        Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
        range = "from=%s&to=%s".formatted(today.minus(1, ChronoUnit.DAYS), today.plus(2, ChronoUnit.DAYS));
    }

    @AfterEach
    void stop() throws Exception {
        for (AggregatorProcess aggregator : running) {
            aggregator.close();
        }
        registry.close();
        kafka.close();
    }

    @Test
    void eachAnswersForAllAndAMissingOneIsSaid() throws Exception {
        publishKeys();
        AggregatorProcess a = aggregator("a");
        AggregatorProcess b = aggregator("b");
        AggregatorProcess c = aggregator("c");
        send(5);
        for (AggregatorProcess one : running) {
            awaitRequests(one, sent);
        }
        assertThat(List.of(a, b, c))
                .allSatisfy(one -> assertThat(partitions(one)).isPositive());
        assertSameAnswers();

        String changes = "SELECT organization, windowstart, requests FROM USAGE_1D EMIT CHANGES;";
        PushFollower killedUnder = new PushFollower(changes, c);
        PushFollower stoppedUnder = new PushFollower(changes, a);
        int answered = sent;
        send(2);
        killedUnder.take(Duration.ofMillis(100));

        c.kill();
        running.remove(c);
        Instant killed = Instant.now();
        // Nobody has its partitions before its session has ended: who asks now is told so, however slow the machine is.
        Set<String> seen = new HashSet<>();
        Eventually.answers(
                "the missing one is named, an answer without it is marked, copies answer",
                () -> {
                    if (saysAllOrWhyNot(a).contains(c.address())) {
                        seen.add("named");
                    }
                    if (saysWhatIsMissing(a)) {
                        seen.add("marked");
                    }
                    if (answersFromStandbys(a, answered)) {
                        seen.add("copies");
                    }
                    return seen;
                },
                all -> all.size() == 3);
        send(5);
        Eventually.holds("the push query of the killed one has ended", () -> !killedUnder.take(Duration.ofMillis(100)));
        killedUnder.goOnAt(b);
        Eventually.holds("all calls are counted without the killed one", () -> {
            if (requestsOf(a) >= sent) {
                return true;
            }
            assertAnswersAllOrAsksToRetry(a, answered);
            answersFromStandbys(a, answered);
            saysAllOrWhyNot(a);
            return false;
        });
        // Their limits were passed after the kill.
        Eventually.answers("how many keys are disabled", () -> disabled(b), keys -> keys >= ORGANIZATIONS);
        System.out.printf(
                "all limits held again %d ms after a kill -9%n",
                Duration.between(killed, Instant.now()).toMillis());
        assertSameAnswers();

        AggregatorProcess d = aggregator("c"); // Out again, with the folder that the kill left.
        send(5);
        awaitRequests(d, sent);
        stoppedUnder.take(Duration.ofMillis(100));
        a.terminate(); // And in.
        running.remove(a);
        Eventually.holds(
                "the push query of the stopped one has ended", () -> !stoppedUnder.take(Duration.ofMillis(100)));
        stoppedUnder.goOnAt(d);
        send(5);
        for (AggregatorProcess one : running) {
            awaitRequests(one, sent);
        }
        assertSameAnswers();
        assertToldAsPublished(killedUnder);
        assertToldAsPublished(stoppedUnder);
        assertThat(d.get("/actuator/health/readiness")).contains("\"lag\"", "\"restoring\"");
    }

    /** Without an instance an answer is partial where that is allowed, and names the partitions that it lacks. */
    private static boolean saysWhatIsMissing(AggregatorProcess aggregator) throws Exception {
        HttpResponse<String> answer = aggregator.post(
                "/query-stream",
                "{\"sql\":\"SELECT SUM(requests) FROM USAGE_1D;\",\"properties\":{\"modelhub.query.partial\":true}}",
                "application/json");
        return answer.statusCode() == 200
                && answer.headers().firstValue("Modelhub-Missing-Partitions").isPresent();
    }

    /**
     * Copies of what the missing one held answer with all partitions, say so, and have no call twice.
     *
     * @param least what was counted long before the kill
     * @return whether they answered, and had as much
     */
    private boolean answersFromStandbys(AggregatorProcess aggregator, int least) throws Exception {
        HttpResponse<String> answer = aggregator.post(
                "/query-stream",
                "{\"sql\":\"SELECT organization, SUM(requests) FROM USAGE_1D GROUP BY organization;\","
                        + "\"properties\":{\"ksql.query.pull.enable.standby.reads\":true,"
                        + "\"ksql.query.pull.max.allowed.offset.lag\":10000}}",
                "application/json");
        Optional<String> standbys = answer.headers().firstValue("Modelhub-Standby-Lag");
        if (answer.statusCode() != 200 || standbys.isEmpty()) {
            return false;
        }
        assertThat(standbys.get()).matches("\\d+:\\d+(, \\d+:\\d+)*");
        assertThat(answer.headers()
                        .firstValue("Modelhub-Position")
                        .orElseThrow()
                        .split(", "))
                .hasSize(Topics.PARTITIONS);
        List<Integer> requests = new ArrayList<>();
        for (JsonNode row : JSON.readTree(answer.body())) {
            if (row.isArray()) {
                requests.add(row.get(1).asInt());
            }
        }
        assertThat(requests).as(answer.body()).hasSizeLessThanOrEqualTo(ORGANIZATIONS);
        assertThat(requests).allMatch(calls -> calls <= sent / ORGANIZATIONS);
        return requests.size() == ORGANIZATIONS && requests.stream().allMatch(calls -> calls >= least / ORGANIZATIONS);
    }

    /** A refusal; empty where it answers. */
    private String saysAllOrWhyNot(AggregatorProcess aggregator) throws Exception {
        String answer = aggregator.get(total());
        assertThat(answer).as("all of it, or why not").matches("(?s)(200|503) .*");
        return answer.startsWith("503") ? answer : "";
    }

    /** @param least what a whole answer has counted by now */
    private static void assertAnswersAllOrAsksToRetry(AggregatorProcess aggregator, int least) throws Exception {
        HttpResponse<String> answer = aggregator.post(
                "/query-stream", "{\"sql\":\"SELECT SUM(requests) FROM USAGE_1D;\"}", "application/json");
        JsonNode body = JSON.readTree(answer.body());
        if (answer.statusCode() == 200) {
            assertThat(body.at("/1/0").asLong()).as("no part is left out").isGreaterThanOrEqualTo(least);
        } else {
            assertThat(body.get("error_code").asInt()).as(answer.body()).isEqualTo(50302);
        }
    }

    /** Each record of the topic once, through a kill and a stop of the instance that told it, and two rebalances. */
    private void assertToldAsPublished(PushFollower follower) throws Exception {
        String all = "," + sent / ORGANIZATIONS + "]";
        try (follower) {
            List<String> published = Eventually.lastAnswer(
                    () -> {
                        follower.take(Duration.ofMillis(200));
                        return published();
                    },
                    rows -> rows.size() == follower.rows().size()
                            && rows.stream().filter(row -> row.endsWith(all)).count() >= ORGANIZATIONS);
            assertThat(follower.rows()).containsExactlyInAnyOrderElementsOf(published);
            assertThat(published).filteredOn(row -> row.endsWith(all)).hasSizeGreaterThanOrEqualTo(ORGANIZATIONS);
        }
    }

    private List<String> published() {
        return CommittedRecords.of(kafka.bootstrapServers(), topics.usage1d()).stream()
                .map(record -> "[\"%s\",%d,%d]"
                        .formatted(
                                record.value().getOrganization(),
                                record.value().getWindowStart().toEpochMilli(),
                                record.value().getRequests()))
                .toList();
    }

    private AggregatorProcess aggregator(String name) throws Exception {
        AggregatorProcess started = AggregatorProcess.start(
                kafka.bootstrapServers(), registry.url(), folder.resolve(name), folder.resolve(name + ".log"));
        running.add(started);
        Eventually.holds(
                "all have work", () -> started.isReady() && running.stream().noneMatch(one -> partitions(one) == 0));
        return started;
    }

    private void assertSameAnswers() {
        String key = key(7);
        for (String path : List.of(
                total(),
                "/v1/usage?window=15m&group_by=organization,window&" + range,
                "/v1/usage?organization=org-7&window=1m&" + range,
                "/v1/keys",
                "/v1/keys/" + key + "/quota",
                "/v1/keys/usage?" + range,
                "/v1/keys/" + key + "/usage?" + range)) {
            // Windows show a call at once, spend with the commit: one instance may be asked before it and another one
            // after.
            List<String> answers = Eventually.lastAnswer(
                    () -> answers(path), given -> given.stream().distinct().count() == 1);
            assertThat(answers).as(path).allMatch(answers.get(0)::equals).allMatch(answer -> answer.startsWith("200"));
        }
    }

    private List<String> answers(String path) throws Exception {
        List<String> answers = new ArrayList<>();
        for (AggregatorProcess one : running) {
            answers.add(answer(one, path));
        }
        return answers;
    }

    /** But for the moment at which it was given. */
    private static String answer(AggregatorProcess aggregator, String path) throws Exception {
        return aggregator.get(path).replaceFirst("\"as_of\":\"[^\"]*\"", "");
    }

    private String total() {
        return "/v1/usage?window=1d&group_by=organization&" + range;
    }

    /** Those of a complete answer; -1 for none. */
    private long requestsOf(AggregatorProcess aggregator) throws Exception {
        String answer = aggregator.get(total());
        return answer.startsWith("200")
                ? JSON.readTree(answer.substring(4))
                        .get("total")
                        .get("requests")
                        .asLong()
                : -1;
    }

    private void awaitRequests(AggregatorProcess aggregator, long requests) throws Exception {
        long counted = Eventually.lastAnswer(() -> requestsOf(aggregator), all -> all == requests);
        assertThat(counted).as("requests of %s", aggregator.get(total())).isEqualTo(requests);
    }

    private static int disabled(AggregatorProcess aggregator) throws Exception {
        String answer = aggregator.get("/v1/keys?enabled=false");
        return answer.startsWith("200")
                ? JSON.readTree(answer.substring(4)).get("keys").size()
                : 0;
    }

    /** Of the usage topic that an instance works on. */
    private static int partitions(AggregatorProcess aggregator) {
        try {
            String health = aggregator.get("/actuator/health/readiness");
            JsonNode details = JSON.readTree(health.substring(4))
                    .get("components")
                    .get("streamsReadiness")
                    .get("details");
            return details.get("partitions").asInt();
        } catch (Exception e) {
            return 0;
        }
    }

    private static String key(int i) {
        return "5b000000-0000-4000-8000-%012d".formatted(i);
    }

    private void publishKeys() throws Exception {
        Topic<String, APIKey> keys = topics.apiKeys();
        try (KafkaProducer<String, APIKey> producer = producer(keys)) {
            for (int i = 0; i < ORGANIZATIONS; i++) {
                producer.send(new ProducerRecord<>(
                                keys.name(), key(i), CatalogRecords.key(key(i), "org-" + i, LIMIT, null, 1)))
                        .get();
            }
        }
    }

    /** A quarter of a dollar by each key, so many times. */
    private void send(int times) throws Exception {
        Topic<String, ModelMetrics> usage = topics.usage();
        try (KafkaProducer<String, ModelMetrics> producer = producer(usage)) {
            List<Future<?>> answers = new ArrayList<>();
            for (int i = 0; i < times * ORGANIZATIONS; i++) {
                ModelMetrics call = Calls.call()
                        .setEventId(UUID.randomUUID().toString())
                        .setOrganization("org-" + i % ORGANIZATIONS)
                        .setApiKey(key(i % ORGANIZATIONS))
                        .setTimestamp(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                        .setCost(new BigDecimal("0.25"))
                        .build();
                answers.add(producer.send(new ProducerRecord<>(usage.name(), Topics.canonicalKey(call), call)));
                sent++;
            }
            for (Future<?> answer : answers) {
                answer.get();
            }
        }
    }

    private <V> KafkaProducer<String, V> producer(Topic<String, V> topic) {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                topic.key().serializer(),
                topic.value().serializer());
    }
}
