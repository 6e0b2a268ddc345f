package io.modelhub.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.ingest.IngestApplication;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The application as it runs, with a real broker and a real registry. */
@SpringBootTest(
        classes = IngestApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "logging.level.org.apache.kafka=ERROR")
@DirtiesContext // Its broker ends with it.
class IngestIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final KafkaForTests KAFKA = KafkaForTests.start();
    private static final RegistryForTests REGISTRY = RegistryForTests.start();

    private final WrittenRecords written = new WrittenRecords(KAFKA.bootstrapServers(), REGISTRY.url());
    private final UsageClient client;
    private final int port;

    IngestIT(@LocalServerPort int port) {
        this.port = port;
        this.client = new UsageClient(port);
    }

    @BeforeEach
    void ready() throws Exception {
        client.awaitReadiness(200);
    }

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry properties) {
        properties.add("spring.kafka.bootstrap-servers", KAFKA::bootstrapServers);
        properties.add("modelhub.schema-registry.url", REGISTRY::url);
    }

    @AfterAll
    static void stop() {
        REGISTRY.close();
        KAFKA.close();
    }

    @Test
    void keepsTheGoodOnesOfABatchAndNamesEachBadOne() throws Exception {
        List<SampleEvents.BrokenEvent> table = SampleEvents.BROKEN;
        List<String> events = new ArrayList<>();
        Map<Integer, SampleEvents.BrokenEvent> broken = new TreeMap<>();
        for (int i = 0; i < 1000; i++) {
            if (i % 10 == 3) {
                SampleEvents.BrokenEvent event = table.get(broken.size() % table.size());
                broken.put(i, event);
                events.add(event.json());
            } else {
                events.add(SampleEvents.good("batch-" + i));
            }
        }
        Map<TopicPartition, Long> before = written.ends();

        HttpResponse<String> answer = client.post("[" + String.join(",", events) + "]");

        assertThat(answer.statusCode()).isEqualTo(202);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.get("accepted").asInt()).isEqualTo(900);
        assertThat(body.get("rejected").asInt()).isEqualTo(100);
        assertThat(problems(body))
                .isEqualTo(broken.entrySet().stream()
                        .map(entry -> "%d %s %s"
                                .formatted(
                                        entry.getKey(),
                                        entry.getValue().field(),
                                        entry.getValue().code()))
                        .toList());
        assertThat(broken.values().stream()
                        .map(event -> event.field() + event.code())
                        .distinct())
                .hasSizeGreaterThanOrEqualTo(25);

        List<ConsumerRecord<String, ModelMetrics>> usage = written.usageSince(before);
        assertThat(usage).hasSize(900);
        assertThat(WrittenRecords.ids(usage))
                .isEqualTo(new TreeSet<>(IntStream.range(0, 1000)
                        .filter(i -> i % 10 != 3)
                        .mapToObj(i -> "batch-" + i)
                        .toList()));
        assertThat(usage).allSatisfy(record -> {
            assertThat(record.key()).isEqualTo(Topics.canonicalKey(record.value()));
            assertThat(record.partition())
                    .isEqualTo(Utils.toPositive(Utils.murmur2(record.key().getBytes(StandardCharsets.UTF_8)))
                            % Topics.PARTITIONS);
        });
        List<ConsumerRecord<byte[], RejectedUsage>> rejected = written.rejectedSince(before);
        assertThat(rejected)
                .extracting(record -> record.value().getReason())
                .containsExactlyInAnyOrderElementsOf(broken.values().stream()
                        .map(SampleEvents.BrokenEvent::code)
                        .toList());
        assertThat(rejected).allSatisfy(record -> {
            assertThat(record.value().getSource()).isEqualTo("http");
            assertThat(record.value().getOriginal().remaining()).isPositive();
        });
    }

    @Test
    void takesOneEventLinesAndGzip() throws Exception {
        Map<TopicPartition, Long> before = written.ends();

        assertThat(client.post(SampleEvents.good("one")).body())
                .isEqualTo("{\"accepted\":1,\"rejected\":0,\"problems\":[]}");
        HttpResponse<String> lines = client.send(
                client.request("application/x-ndjson"),
                BodyPublishers.ofString(SampleEvents.good("line-1") + "\n{\"broken\n\n" + SampleEvents.good("line-2")));
        HttpResponse<String> packed = client.send(
                client.request("application/json").header("Content-Encoding", "gzip"),
                BodyPublishers.ofByteArray(gzip("[" + SampleEvents.good("packed") + "]")));

        assertThat(lines.statusCode()).isEqualTo(202);
        assertThat(problems(JSON.readTree(lines.body()))).containsExactly("1 event malformed_json");
        assertThat(packed.statusCode()).isEqualTo(202);
        assertThat(WrittenRecords.ids(written.usageSince(before))).containsExactly("line-1", "line-2", "one", "packed");
    }

    @Test
    void answers422WhereNoEventIsGoodAndKeepsItsBytes() throws Exception {
        Map<TopicPartition, Long> before = written.ends();

        HttpResponse<String> answer = client.post(" {\"event_id\":\"only\", \"cots\":1} ");

        assertThat(answer.statusCode()).isEqualTo(422);
        JsonNode problem = problem(answer);
        assertThat(problem.get("code").asString()).isEqualTo("no_event_accepted");
        assertThat(problem.get("accepted").asInt()).isZero();
        assertThat(problem.get("rejected").asInt()).isEqualTo(1);
        assertThat(problems(problem)).containsExactly("0 model missing");
        assertThat(problem.get("problems").get(0).get("errors")).hasSize(6);
        RejectedUsage rejected = written.rejectedSince(before).get(0).value();
        assertThat(StandardCharsets.UTF_8.decode(rejected.getOriginal()).toString())
                .isEqualTo("{\"event_id\":\"only\", \"cots\":1}");
        assertThat(rejected.getEventId()).isEqualTo("only");
        assertThat(rejected.getField()).isEqualTo("model");
    }

    @Test
    void takesTheSameEventTwiceInABatch() throws Exception {
        HttpResponse<String> answer =
                client.post("[%s,%s]".formatted(SampleEvents.good("twin"), SampleEvents.good("twin")));

        assertThat(JSON.readTree(answer.body()).get("accepted").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json         | [{\"event_id\":     | 400 | malformed_json",
                "application/json         | []                  | 400 | no_events",
                "application/json         | ''                  | 400 | no_events",
                "application/x-ndjson     | ''                  | 400 | no_events",
                "text/plain               | {}                  | 415 | unsupported_content_type",
                "application/json;charset=utf-16 | {}           | 415 | unsupported_content_type",
                "multipart/form-data      | {}                  | 415 | unsupported_content_type",
                "no type at all           | {}                  | 415 | unsupported_content_type",
                "application/json         | 42                  | 422 | no_event_accepted"
            })
    void refusesWithAProblem(String contentType, String body, int status, String code) throws Exception {
        HttpResponse<String> answer = client.send(client.request(contentType), BodyPublishers.ofString(body));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(problem(answer).get("code").asString()).isEqualTo(code);
    }

    @Test
    void refusesDeepNesting() throws Exception {
        HttpResponse<String> answer = client.post("[".repeat(1_000_000));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(problem(answer).get("code").asString()).isEqualTo("nested_too_deep");
    }

    @Test
    void refusesABodyThatIsTooLargeHoweverItComes() throws Exception {
        byte[] body = new byte[50_000_000];
        byte[] packed = gzip(" ".repeat(50_000_000));
        InputStream stream = new ByteArrayInputStream(body);

        HttpResponse<String> announced =
                client.send(client.request("application/json"), BodyPublishers.ofByteArray(body));
        HttpResponse<String> chunked =
                client.send(client.request("application/json"), BodyPublishers.ofInputStream(() -> stream));
        HttpResponse<String> bomb = client.send(
                client.request("application/json").header("Content-Encoding", "gzip"),
                BodyPublishers.ofByteArray(packed));

        for (HttpResponse<String> answer : List.of(announced, chunked, bomb)) {
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(problem(answer).get("code").asString()).isEqualTo("body_too_large");
        }
    }

    @Test
    void refusesTooManyEvents() throws Exception {
        HttpResponse<String> answer = client.post("[" + "{},".repeat(10_000) + "{}]");

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(problem(answer).get("code").asString()).isEqualTo("too_many_events");
    }

    @Test
    void refusesWhatIsNoGzip() throws Exception {
        byte[] packed = gzip(SampleEvents.good("cut"));
        byte[] cut = java.util.Arrays.copyOf(packed, packed.length - 20);

        for (byte[] body : List.of(cut, "{}".getBytes(StandardCharsets.UTF_8), new byte[0])) {
            HttpResponse<String> answer = client.send(
                    client.request("application/json").header("Content-Encoding", "gzip"),
                    BodyPublishers.ofByteArray(body));

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(problem(answer).get("code").asString()).isEqualTo("malformed_gzip");
        }
        HttpResponse<String> brotli = client.send(
                client.request("application/json").header("Content-Encoding", "br"), BodyPublishers.ofString("{}"));
        assertThat(brotli.statusCode()).isEqualTo(415);
        assertThat(problem(brotli).get("code").asString()).isEqualTo("unsupported_content_encoding");
    }

    @Test
    void refusesOtherMethodsAndPathsWithAProblem() throws Exception {
        for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
            HttpResponse<String> answer = client.http()
                    .send(
                            HttpRequest.newBuilder(client.uri("/v1/usage"))
                                    .method(method, BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
            assertThat(problem(answer).get("code").asString()).isEqualTo("method_not_allowed");
        }
        HttpResponse<String> elsewhere = client.http()
                .send(
                        HttpRequest.newBuilder(client.uri("/v1/nothing"))
                                .header("Accept", "text/html")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(elsewhere.statusCode()).isEqualTo(404);
        assertThat(problem(elsewhere).get("code").asString()).isEqualTo("not_found");
    }

    @Test
    void answersABrokenOffBodyWithoutAStackTrace() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(("POST /v1/usage HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\nzz\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("Exception", "\tat ");
        }
    }

    /** Whatever is sent, the server says what is wrong with it; it never fails of it. */
    @Test
    void answersTwoThousandMutatedBodiesWithoutAnErrorOfItsOwn() throws Exception {
        long seed = Long.getLong("modelhub.test.seed", System.nanoTime());
        System.out.println("mutation seed " + seed + " (-Dmodelhub.test.seed=" + seed + " repeats it)");
        Random random = new Random(seed);
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (int i = 0; i < 2000; i++) {
            boolean lines = random.nextBoolean();
            String good = SampleEvents.good("mutant-" + i);
            byte[] body = (lines ? good + "\n" + good : "[" + good + "," + good + "]").getBytes(StandardCharsets.UTF_8);
            for (int mutation = random.nextInt(4); mutation >= 0; mutation--) {
                body = mutated(body, random);
            }
            HttpRequest.Builder request = client.request(lines ? "application/x-ndjson" : "application/json");
            if (random.nextInt(20) == 0) {
                request.header("Content-Encoding", "gzip");
                body = random.nextBoolean() ? mutated(gzip(body), random) : body;
            }
            HttpResponse<String> answer = client.send(request, BodyPublishers.ofByteArray(body));

            assertThat(answer.statusCode())
                    .as("seed %d, body %d: %s", seed, i, new String(body, StandardCharsets.ISO_8859_1))
                    .isIn(202, 400, 422);
            assertThat(answer.body()).doesNotContain("Exception", "\\tat ");
            statuses.merge(answer.statusCode(), 1, Integer::sum);
        }
        assertThat(statuses.keySet()).as("mutations of every strength").containsExactly(202, 400, 422);
    }

    private static byte[] mutated(byte[] body, Random random) {
        List<String> splices = List.of(
                "null",
                "{",
                "}",
                "[",
                "]",
                "\"",
                ",",
                ":",
                "-",
                "1e999",
                "\\ud800",
                "\\",
                "true",
                "{}",
                "\n",
                "\u0000",
                "99999999999999999999",
                "\"event_id\":1,",
                "é",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
        int at = random.nextInt(body.length);
        int until = Math.min(body.length, at + 1 + random.nextInt(12));
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.write(body, 0, at);
        switch (random.nextInt(5)) {
            case 0 -> {
                byte[] noise = new byte[until - at];
                random.nextBytes(noise);
                result.writeBytes(noise);
            }
            case 1 ->
                result.writeBytes(splices.get(random.nextInt(splices.size())).getBytes(StandardCharsets.UTF_8));
            case 2 -> {
                result.write(body, at, until - at);
                result.write(body, at, until - at);
            }
            case 3 -> {
                result.writeBytes(splices.get(random.nextInt(splices.size())).getBytes(StandardCharsets.UTF_8));
                until = at;
            }
            default -> {
                // Cut out.
            }
        }
        result.write(body, until, body.length - until);
        return result.size() == 0 ? body : result.toByteArray();
    }

    private static byte[] gzip(String text) throws IOException {
        return gzip(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream packing = new GZIPOutputStream(packed)) {
            packing.write(bytes);
        }
        return packed.toByteArray();
    }

    private static JsonNode problem(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).doesNotContain("Exception", "\\tat ", "trace");
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.get("type").asString())
                .isEqualTo("urn:modelhub:problem:" + problem.get("code").asString());
        assertThat(problem.get("status").asInt()).isEqualTo(answer.statusCode());
        assertThat(problem.get("detail").asString()).isNotBlank();
        return problem;
    }

    private static List<String> problems(JsonNode body) {
        List<String> problems = new ArrayList<>();
        for (JsonNode problem : body.get("problems")) {
            assertThat(problem.get("message").asString()).isNotBlank();
            problems.add("%d %s %s"
                    .formatted(
                            problem.get("index").asInt(),
                            problem.get("field").asString(),
                            problem.get("code").asString()));
        }
        return problems;
    }
}
