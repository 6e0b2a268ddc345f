package io.modelhub.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.aggregator.ledger.Home;
import io.modelhub.aggregator.sql.DocumentedStatements;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SQL over HTTP, from the app as it is shipped: the statements of docs/sql.md, and the protocol. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SqlIT {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Push queries of one client. */
    private static final int MANY = 40;

    /** Answered at the same time. */
    private static final int STATEMENTS = 4;

    private static final String DELIMITED = "application/vnd.ksqlapi.delimited.v1";
    private static final String ROWS = "application/vnd.ksql.v1+json";

    private static final LocalDate DAY = LocalDate.now(ZoneOffset.UTC).minusDays(2);
    private static final DocumentedStatements DOCUMENT = new DocumentedStatements(DAY, YearMonth.now(ZoneOffset.UTC));

    @TempDir
    private static Path folder;

    private static KafkaForTests kafka;
    private static RegistryForTests registry;
    private static AggregatorProcess aggregator;

    @BeforeAll
    static void start() throws Exception {
        kafka = KafkaForTests.start();
        registry = RegistryForTests.start();
        aggregator = AggregatorProcess.start(
                kafka.bootstrapServers(),
                registry.url(),
                folder.resolve("state"),
                folder.resolve("log"),
                "--modelhub.acceptance-horizon=6d",
                "--modelhub.sql.push-queries=" + (MANY + 5),
                "--modelhub.sql.statements=" + STATEMENTS,
                // So that nothing but its client's leave ends a statement that goes on and on.
                "--modelhub.sql.time-limit=10m",
                "--modelhub.sql.most-rows=2000000000",
                "--modelhub.sql.row-memory=1TB");
        Eventually.holds("the aggregator is ready", () -> aggregator.isReady());
        publishCatalog();
        sendCalls();
        int calls = DOCUMENT.calls().size();
        long keyed =
                DOCUMENT.calls().stream().filter(call -> call.apiKey() != null).count();
        long ruled =
                DOCUMENT.calls().stream().filter(call -> call.rule() != null).count();
        Eventually.holds(
                "all calls are counted",
                () -> number("SELECT SUM(requests) FROM USAGE_1D") == calls
                        && number("SELECT SUM(requests) FROM KEY_USAGE_1D") == keyed
                        && number("SELECT SUM(requests) FROM RULE_USAGE_1D") == ruled
                        && number("SELECT COUNT(*) FROM KEY_QUOTAS WHERE last_used_at IS NOT NULL") == 2);
    }

    @AfterAll
    static void stop() throws Exception {
        aggregator.close();
        registry.close();
        kafka.close();
    }

    @Test
    @Order(1) // Before others send further calls.
    void answersEachStatementOfTheDocument() throws Exception {
        Map<String, String> statements = DOCUMENT.statements();
        SoftAssertions.assertSoftly(softly -> statements.forEach((title, statement) -> softly.check(() -> {
            HttpResponse<String> response = queryStream(statement, "application/json");
            assertThat(response.statusCode())
                    .as("%s: %s", title, response.body())
                    .isEqualTo(200);
            List<List<Object>> rows = new ArrayList<>();
            for (JsonNode row : JSON.readTree(response.body())) {
                if (row.isArray()) {
                    rows.add(cells(row));
                }
            }
            DOCUMENT.check(title, rows);
        })));
    }

    @Test
    void framesRowsAsTheClientAsks() throws Exception {
        String statement =
                "SELECT organization, COUNT(*) AS n, 0.000000000001 AS tiny FROM USAGE_1D WHERE organization = 'acme' GROUP BY organization;";
        Eventually.holds(
                "what was counted is committed",
                () -> queryStream(statement, "")
                        .headers()
                        .firstValue("Modelhub-Committed")
                        .filter("true"::equals)
                        .isPresent());
        HttpResponse<String> lines = queryStream(statement, "");
        assertThat(lines.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith(DELIMITED));
        int partition = Home.of("acme", Topics.PARTITIONS);
        Topic<String, ModelMetrics> usage = new Topics(AvroSerdes.at(registry.url())).usage();
        long last = CommittedRecords.of(kafka.bootstrapServers(), usage).stream()
                .filter(record -> record.partition() == partition)
                .mapToLong(ConsumerRecord::offset)
                .max()
                .orElseThrow();
        assertThat(lines.headers().firstValue("Modelhub-Position")).hasValue(partition + ":" + (last + 1));
        assertThat(Instant.parse(lines.headers().firstValue("Modelhub-As-Of").orElseThrow()))
                .isBefore(Instant.now().plusSeconds(1));
        assertThat(lines.body()).endsWith("\n").hasLineCount(2);
        String[] line = lines.body().split("\n");
        assertThat(JSON.readTree(line[0]).get("columnNames").toString()).isEqualTo("[\"ORGANIZATION\",\"N\",\"TINY\"]");
        assertThat(JSON.readTree(line[0]).get("columnTypes").toString())
                .isEqualTo("[\"STRING\",\"BIGINT\",\"DECIMAL(13, 12)\"]");
        assertThat(line[1]).startsWith("[\"acme\",").endsWith(",0.000000000001]");

        HttpResponse<String> array = queryStream(statement, "application/json");
        assertThat(JSON.readTree(array.body())).hasSize(2);
        assertThat(array.body()).doesNotContain("\n");

        for (HttpResponse<String> objects :
                List.of(queryStream(statement, ROWS), query(statement, ""), query(statement, "application/json"))) {
            assertThat(objects.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith(ROWS));
            JsonNode answer = JSON.readTree(objects.body());
            assertThat(answer.at("/0/header/schema").asText())
                    .isEqualTo("`ORGANIZATION` STRING KEY, `N` BIGINT, `TINY` DECIMAL(13, 12)");
            assertThat(answer.at("/1/row/columns/0").asText()).isEqualTo("acme");
            assertThat(objects.body()).contains("}},\n{\"row\"").endsWith("]}}]");
        }
        assertThat(query(statement, "*/*").body()).startsWith("{").endsWith("]\n");
        assertThat(queryStream(statement, "text/html").statusCode()).isEqualTo(406);
        assertThat(queryStream("SELECT model FROM USAGE_1D WHERE organization = 'nobody';", DELIMITED)
                        .body())
                .as("a missing key has a header only")
                .hasLineCount(1);
    }

    @Test
    void saysWhatIsWrongInTheShapeOfKsqlDb() throws Exception {
        error(
                queryStream("SELECT nothing FROM USAGE_1D;", DELIMITED),
                400,
                40001,
                "line 1:8: Column 'NOTHING' not found");
        error(ksql("SHOW TABLES; SELECT 1;"), 400, 40002, "/query-stream");
        error(ksql("EXPLAIN\n  SELECT nothing FROM USAGE_1D;"), 400, 40001, "line 2:10: Column 'NOTHING' not found");
        error(ksql("TERMINATE push_0-0;"), 400, 40001, "no query with id push_0-0");
        error(ksql("DROP TABLE USAGE_1M;"), 400, 40001, "nothing can be changed");
        error(aggregator.post("/query-stream", "{\"ksql\":\"SELECT 1\"}", ""), 400, 40000, "needs \"sql\"");
        error(aggregator.post("/query-stream", "SELECT 1", ""), 400, 40000, "JSON");
        error(
                aggregator.post("/query-stream", "{\"sql\":\"SELECT 1\",\"properties\":{\"a\":{}}}", ""),
                400,
                40000,
                "the property a must be");
        error(
                aggregator.post("/query-stream", "{\"sql\":\"SELECT 1\",\"properties\":[]}", ""),
                400,
                40000,
                "must be a JSON object");
        assertThat(aggregator
                        .post("/query-stream", "{\"sql\":\"SELECT 1\",\"properties\":{\"a\":null,\"b\":1}}", "")
                        .statusCode())
                .isEqualTo(200);
        error(aggregator.post("/close-query", "{\"queryId\":\"pull_0\"}", ""), 400, 40000, "no query with id");
        assertThat(aggregator.get("/query")).startsWith("405").contains("\"error_code\":40500");
        assertThat(aggregator.get("/clusterStatus")).startsWith("404").contains("\"error_code\":40400");
        JsonNode statement = JSON.readTree(ksql("SHOW TABLES; SELECT 1;").body());
        assertThat(statement.get("@type").asText()).isEqualTo("statement_error");
        assertThat(statement.get("statementText").asText()).isEqualTo("SELECT 1;");
        assertThat(statement.get("entities")).hasSize(1);
    }

    @Test
    void describesTablesAndItself() throws Exception {
        JsonNode answer = JSON.readTree(
                ksql("SHOW TABLES; DESCRIBE USAGE_1M; EXPLAIN SELECT cost FROM USAGE_1M WHERE organization = 'acme';")
                        .body());
        assertThat(answer.at("/0/@type").asText()).isEqualTo("tables");
        assertThat(answer.at("/0/tables/0/name").asText()).isEqualTo("USAGE_1M");
        assertThat(answer.at("/1/sourceDescription/fields/0/type").asText()).isEqualTo("KEY");
        assertThat(answer.at("/1/sourceDescription/fields/12/schema/type").asText())
                .isEqualTo("DECIMAL");
        assertThat(answer.at("/2/queryDescription/executionPlan").asText())
                .contains("ORGANIZATION_MINUTES of ORGANIZATION [acme]");
        assertThat(aggregator.get("/info")).startsWith("200").contains("\"serverStatus\":\"RUNNING\"");
        assertThat(aggregator.get("/healthcheck")).startsWith("200").contains("\"isHealthy\":true");
    }

    /** With -Dmodelhub.test.node=true; each statement's rows are checked as those of {@link #answersEachStatementOfTheDocument}. */
    @Test
    @Order(2) // Before others send further calls.
    @Tag("node")
    void answersClientsThatOthersWroteForKsqlDb() throws Exception {
        NodeClients clients = NodeClients.installed();
        String url = "http://" + aggregator.address();
        JsonNode got = JSON.readTree(clients.pull(url, JSON.writeValueAsString(DOCUMENT.statements())));
        assertThat(got).hasSize(2);
        SoftAssertions.assertSoftly(softly -> got.properties()
                .forEach(client -> client.getValue()
                        .properties()
                        .forEach(answer -> softly.check(() -> {
                            List<List<Object>> rows = new ArrayList<>();
                            answer.getValue().forEach(row -> rows.add(cells(row)));
                            DOCUMENT.check(answer.getKey(), rows);
                        }))));
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Void> calls = CompletableFuture.runAsync(() -> sendUntil(ended));
        try {
            clients.push(url);
        } finally {
            ended.set(true);
            calls.join();
        }
    }

    private static void sendUntil(AtomicBoolean ended) {
        try {
            for (int i = 0; !ended.get(); i++) {
                sendOne("pushed-to-node", "node-" + i);
                Thread.sleep(500);
            }
        } catch (Exception e) {
            throw new AssertionError("a call could not be sent", e);
        }
    }

    @Test
    void tellsChangesOfThePastAndThenThoseToCome() throws Exception {
        String where = " FROM USAGE_1D WHERE organization = 'acme' OR organization = 'pushed'";
        try (PushReader reader = push(
                HttpClient.Version.HTTP_1_1,
                "SELECT organization, model, windowstart, requests, cost" + where + " EMIT CHANGES;",
                EARLIEST,
                DELIMITED)) {
            assertThat(reader.response().headers().firstValue("Modelhub-Committed"))
                    .hasValue("true");
            JsonNode header = JSON.readTree(reader.line());
            assertThat(header.get("queryId").asText()).startsWith("push_");
            assertThat(header.get("columnTypes").toString())
                    .isEqualTo("[\"STRING\",\"STRING\",\"BIGINT\",\"BIGINT\",\"DECIMAL(38, 12)\"]");
            Map<List<Object>, List<Object>> latest = new HashMap<>();
            Map<List<Object>, List<Object>> pulled =
                    windows("SELECT organization, model, windowstart, requests, cost" + where);
            while (!latest.equals(pulled)) {
                List<Object> row = cells(JSON.readTree(reader.line()));
                latest.put(row.subList(0, 3), row);
            }
            sendOne("pushed");
            List<Object> row = cells(JSON.readTree(reader.line()));
            while (!row.get(0).equals("pushed")) {
                row = cells(JSON.readTree(reader.line())); // Windows of the past that become final.
            }
            assertThat(row.get(3)).isEqualTo(BigDecimal.ONE);
        }
    }

    /** Each from the beginning, beside what a consumer makes of the topic. */
    @Test
    void tellsWhatEachPushQueryOfTheDocumentAsksFor() throws Exception {
        Map<String, Supplier<Stream<List<Object>>>> expected = new LinkedHashMap<>();
        expected.put(
                "each change of an organization",
                () -> windows(Topics::usage1m)
                        .filter(window -> window.getOrganization().equals("acme"))
                        .map(window ->
                                List.of(window.getModel(), start(window), window.getRequests(), window.getCost())));
        expected.put(
                "quarters that get expensive",
                () -> windows(Topics::usage15m)
                        .filter(window -> window.getCost().compareTo(new BigDecimal("0.75")) > 0)
                        .map(window -> List.of(
                                window.getOrganization(),
                                window.getModel(),
                                window.getWindowStart()
                                        .atOffset(ZoneOffset.UTC)
                                        .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME),
                                window.getCost())));
        expected.put(
                "models that fail",
                () -> windows(Topics::usage1d)
                        .filter(window -> window.getErrors() + window.getTimeouts() > 1)
                        .map(window -> List.of(
                                window.getModel(),
                                BigDecimal.valueOf(
                                        (double) (window.getErrors() + window.getTimeouts()) / window.getRequests()))));
        expected.put(
                "days that are done",
                () -> windows(Topics::usage1d)
                        .filter(UsageWindow::getIsFinal)
                        .map(window ->
                                List.of(window.getOrganization(), window.getModel(), start(window), window.getCost())));
        expected.put(
                "what keys have spent",
                () -> records(Topics::quotaKeys)
                        .map(state -> List.of(
                                state.getApiKey(),
                                state.getEnabled(),
                                state.getMonth().getSpent())));
        expected.put(
                "keys that are disabled",
                () -> records(Topics::quotaEvents)
                        .filter(event -> event.getType() == QuotaEventType.KEY_DISABLED)
                        .map(event -> List.of(
                                event.getApiKey(), event.getCause().name(), event.getSpent(), event.getLimit())));
        Map<String, String> statements = DOCUMENT.pushStatements();
        assertThat(statements.keySet()).isEqualTo(expected.keySet());
        for (Map.Entry<String, String> statement : statements.entrySet()) {
            List<List<Object>> rows = expected.get(statement.getKey()).get().toList();
            try (PushReader reader = push(HttpClient.Version.HTTP_1_1, statement.getValue(), EARLIEST, DELIMITED)) {
                assertThat(reader.line()).contains("queryId");
                List<List<String>> told = new ArrayList<>();
                while (told.size() < rows.size()) {
                    told.add(plain(cells(JSON.readTree(reader.line()))));
                }
                assertThat(told)
                        .as(statement.getKey())
                        .containsExactlyInAnyOrderElementsOf(
                                rows.stream().map(SqlIT::plain).toList());
            }
        }
    }

    /** As text, with one form for each number. */
    private static List<String> plain(List<Object> row) {
        return row.stream()
                .map(cell -> cell instanceof Number
                        ? new BigDecimal(cell.toString()).stripTrailingZeros().toPlainString()
                        : cell.toString())
                .toList();
    }

    private static Object start(UsageWindow window) {
        return window.getWindowStart().toEpochMilli();
    }

    private static Stream<UsageWindow> windows(Function<Topics, Topic<UsageWindowKey, UsageWindow>> topic) {
        return records(topic);
    }

    /** What the topic of the table has, by a consumer of its own. */
    private static <K, V> Stream<V> records(Function<Topics, Topic<K, V>> topic) {
        return CommittedRecords.of(kafka.bootstrapServers(), topic.apply(new Topics(AvroSerdes.at(registry.url()))))
                .stream()
                .map(ConsumerRecord::value);
    }

    @Test
    void goesOnAfterATokenAsTheTopicGoesOn() throws Exception {
        List<List<String>> told = new ArrayList<>();
        String token = "";
        int left = published().size();
        while (left > 0) {
            try (PushReader reader = push(
                    HttpClient.Version.HTTP_1_1,
                    "SELECT organization, model, windowstart, requests FROM USAGE_15M EMIT CHANGES LIMIT 150;",
                    tokens(token),
                    DELIMITED)) {
                reader.line();
                for (int rows = 0; rows < Math.min(150, left); rows += 1) {
                    String line = reader.line();
                    while (line.startsWith("{")) {
                        line = reader.line();
                    }
                    told.add(plain(cells(JSON.readTree(line))));
                }
                token = JSON.readTree(reader.line()).get("continuationToken").asText();
            }
            left = published().size() - told.size();
        }
        assertThat(told).containsExactlyInAnyOrderElementsOf(published());
    }

    private static List<List<String>> published() {
        return windows(Topics::usage15m)
                .map(window -> List.of(
                        window.getOrganization(), window.getModel(), start(window), (Object) window.getRequests()))
                .map(SqlIT::plain)
                .toList();
    }

    @Test
    void endsAPushQueryAtItsLimitOrWhenItIsClosed() throws Exception {
        String statement = "SELECT organization, requests FROM USAGE_1M EMIT CHANGES";
        try (PushReader reader = push(HttpClient.Version.HTTP_1_1, statement + " LIMIT 2;", EARLIEST, ROWS)) {
            assertThat(reader.line())
                    .startsWith("[{\"header\":{")
                    .contains("\"schema\":\"`ORGANIZATION` STRING, `REQUESTS` BIGINT\"")
                    .endsWith(",");
            assertThat(reader.line()).startsWith("{\"row\":{\"columns\":[\"").endsWith("]}},");
            assertThat(reader.line()).startsWith("{\"row\":");
            assertThat(reader.line()).isEqualTo("{\"finalMessage\":\"Limit Reached\"}]");
            assertThat(reader.line()).isEqualTo(PushReader.END);
        }
        try (PushReader reader = push(HttpClient.Version.HTTP_1_1, statement + ";", Map.of(), ROWS)) {
            String id = JSON.readTree(reader.line().replaceFirst(",$", "]"))
                    .at("/0/header/queryId")
                    .asText();
            assertThat(aggregator
                            .post("/close-query", JSON.writeValueAsString(Map.of("queryId", id)), "")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(reader.line()).isEqualTo("{\"finalMessage\":\"Query Completed\"}]");
        }
    }

    @Test
    void sendsEventsThatABrowserGoesOnAfter() throws Exception {
        String sql = "SELECT organization, model, windowstart, requests FROM USAGE_1M EMIT CHANGES LIMIT 3";
        String path = "/query-stream?auto.offset.reset=earliest&sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8);
        List<String> events = List.of(
                HTTP.send(aggregator.asking(path, "text/event-stream").build(), HttpResponse.BodyHandlers.ofString())
                        .body()
                        .split("\n\n"));
        assertThat(events).hasSize(5);
        assertThat(events.get(0)).matches("event: header\nid: USAGE_1M@[0-9.]+\ndata: \\{\"queryId\":.*");
        assertThat(events.get(1)).matches("id: USAGE_1M@[0-9.]+\ndata: \\[\".*");
        assertThat(events.get(4)).isEqualTo("event: end\ndata: {\"finalMessage\":\"Limit Reached\"}");
        String first = events.get(1).lines().findFirst().orElseThrow().substring(4);
        HttpResponse<String> again = HTTP.send(
                aggregator
                        .asking(path, "text/event-stream")
                        .header("Last-Event-ID", first)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(again.body().split("\n\n")[1]).isEqualTo(events.get(2));
    }

    @Test
    void sendsEachLineInAFrameToManyQueriesOfOneConnection() throws Exception {
        List<PushReader> readers = new ArrayList<>();
        Eventually.holds("all queries are open", () -> opened(readers, HttpClient.Version.HTTP_2));
        assertThat(readers).hasSize(MANY).allSatisfy(reader -> {
            assertThat(reader.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(reader.line()).contains("queryId");
        });
        sendOne("many");
        for (PushReader reader : readers) {
            assertThat(reader.line()).isEqualTo("[\"many\",1]");
        }
        closeAll(readers);
    }

    /** There are places for so many queries once, and not twice. */
    @Test
    void noticesThatClientsWentThoughNothingIsTold() throws Exception {
        for (HttpClient.Version version : HttpClient.Version.values()) {
            List<PushReader> gone = new ArrayList<>();
            Eventually.holds("all queries are open", () -> opened(gone, version));
            closeAll(gone);
            List<PushReader> next = new ArrayList<>();
            Eventually.holds("as many are open again", () -> opened(next, version));
            closeAll(next);
        }
    }

    /** Each of them holds a place as long as it runs: another one is answered again once they have been stopped. */
    @ParameterizedTest
    @EnumSource
    void stopsTheWorkOfClientsThatWent(HttpClient.Version version) throws Exception {
        String endless = JSON.writeValueAsString(
                Map.of(
                        "sql",
                        "SELECT COUNT(*) FROM USAGE_1M a, USAGE_1M b, USAGE_1M c, USAGE_1M d, USAGE_1M e, USAGE_1M f WHERE a.cost + b.cost + c.cost < 0;"));
        HttpClient client = HttpClient.newBuilder().version(version).build();
        // Of the stream that asked for the upgrade to HTTP/2 Tomcat doesn't tell that it was reset.
        client.send(aggregator.posting("/query-stream", "{}", ""), HttpResponse.BodyHandlers.discarding());
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (int i = 0; i < STATEMENTS; i++) {
            asked.add(client.sendAsync(
                    aggregator.posting("/query-stream", endless, ""), HttpResponse.BodyHandlers.ofString()));
        }
        Eventually.holds(
                "all places are taken", () -> queryStream("SELECT 1;", "").statusCode() == 429);
        asked.forEach(answer -> answer.cancel(true));
        Eventually.holds("a place is free", () -> queryStream("SELECT 1;", "").statusCode() == 200);
    }

    /** Opens what is missing to {@link #MANY} push queries of one client; false where some were refused. */
    private static boolean opened(List<PushReader> readers, HttpClient.Version version) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        for (int missing = MANY - readers.size(); missing > 0; missing--) {
            PushReader reader = PushReader.open(
                    client,
                    aggregator.posting(
                            "/query-stream",
                            JSON.writeValueAsString(
                                    Map.of(
                                            "sql",
                                            "SELECT organization, requests FROM USAGE_1D WHERE organization = 'many' EMIT CHANGES;")),
                            ""));
            if (reader.response().statusCode() == 200) {
                readers.add(reader);
            }
        }
        return readers.size() == MANY;
    }

    private static void closeAll(List<PushReader> readers) throws Exception {
        for (PushReader reader : readers) {
            reader.close();
        }
    }

    @Test
    void givesFilesToNotebooks() throws Exception {
        String statement =
                "SELECT organization, SUM(requests) AS n, SUM(cost) AS cost, AVG(requests) AS average, 'a \"b\", c' AS text,"
                        + " CAST(NULL AS VARCHAR) AS nothing, SUM(requests) > 1 AS many FROM USAGE_1D WHERE organization = 'acme' GROUP BY organization;";
        JsonNode row =
                JSON.readTree(queryStream(statement, "application/json").body()).get(1);
        HttpResponse<String> csv = queryStream(statement, "text/csv");
        assertThat(csv.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/csv"));
        assertThat(csv.body().replaceFirst(",[0-9]+\\.[0-9]+,[0-9]+\\.[0-9]+,", ",#,#,"))
                .isEqualTo("ORGANIZATION,N,COST,AVERAGE,TEXT,NOTHING,MANY\r\nacme,%s,#,#,\"a \"\"b\"\", c\",,true\r\n"
                        .formatted(row.get(1)));
        HttpResponse<byte[]> arrow = HTTP.send(
                aggregator.posting(
                        "/query-stream",
                        JSON.writeValueAsString(Map.of("sql", statement)),
                        "application/vnd.apache.arrow.stream"),
                HttpResponse.BodyHandlers.ofByteArray());
        try (RootAllocator memory = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(arrow.body()), memory)) {
            assertThat(reader.loadNextBatch()).isTrue();
            VectorSchemaRoot batch = reader.getVectorSchemaRoot();
            assertThat(batch.getSchema().toString())
                    .isEqualTo("Schema<ORGANIZATION: Utf8, N: Int(64, true), COST: Decimal(38, 12, 128),"
                            + " AVERAGE: FloatingPoint(DOUBLE), TEXT: Utf8, NOTHING: Utf8, MANY: Bool>");
            assertThat(batch.getRowCount()).isEqualTo(1);
            assertThat(batch.getVector("N").getObject(0)).isEqualTo(row.get(1).asLong());
            assertThat((BigDecimal) batch.getVector("COST").getObject(0))
                    .isEqualByComparingTo(row.get(2).decimalValue());
            assertThat(batch.getVector("TEXT").getObject(0)).hasToString("a \"b\", c");
            assertThat(batch.getVector("NOTHING").getObject(0)).isNull();
            assertThat(reader.loadNextBatch()).isFalse();
        }
        assertThat(queryStream("SELECT * FROM USAGE_1M EMIT CHANGES;", "text/csv")
                        .statusCode())
                .isEqualTo(406);
    }

    @Test
    void tellsWhatHappenedToKeysBackAndLive() throws Exception {
        String key = "0b0f7a5e-0000-4000-8000-000000000009";
        Topics topics = new Topics(AvroSerdes.at(registry.url()));
        send(topics.apiKeys(), key, CatalogRecords.key(key, "keyed", "0.5", null, 1));
        Eventually.holds(
                "the aggregator knows the key",
                () -> number("SELECT COUNT(*) FROM API_KEYS WHERE id = '" + key + "'") == 1);
        try (PushReader reader = push(
                HttpClient.Version.HTTP_2,
                "SELECT type, cause, spend_limit FROM QUOTA_EVENTS WHERE api_key = '" + key
                        + "' AND type <> 'THRESHOLD_REACHED' EMIT CHANGES;",
                Map.of(),
                DELIMITED)) {
            assertThat(reader.line()).contains("queryId");
            ModelMetrics sent = Calls.call()
                    .setEventId("keyed")
                    .setOrganization("keyed")
                    .setApiKey(key)
                    .setCost(new BigDecimal("0.75"))
                    .setTimestamp(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                    .build();
            send(topics.usage(), "keyed", sent);
            assertThat(reader.line()).isEqualTo("[\"KEY_DISABLED\",\"DAY\",0.500000000000]");
        }
        assertThat(number("SELECT COUNT(*) FROM QUOTA_EVENTS WHERE api_key = '" + key
                        + "' AND type = 'KEY_DISABLED' AND spent >= 0.75 AND occurred_at > UNIX_TIMESTAMP() - 600000"))
                .isEqualTo(1);
        assertThat(number("SELECT COUNT(*) FROM QUOTA_EVENTS WHERE occurred_at > UNIX_TIMESTAMP() + 86400000"))
                .isZero();
    }

    @Test
    void refusesPushQueriesThatNeedMoreThanOneChange() throws Exception {
        error(queryStream("SELECT * FROM USAGE_1H EMIT CHANGES;", ""), 400, 40001, "line 1:15: changes of USAGE_1H");
        error(
                queryStream("SELECT organization, SUM(cost) FROM USAGE_1D GROUP BY organization EMIT CHANGES;", ""),
                400,
                40001,
                "does not group");
        error(
                queryStream("SELECT * FROM USAGE_1D EMIT CHANGES ORDER BY cost;", ""),
                400,
                40001,
                "line 1:24: EMIT CHANGES ends");
        HttpResponse<String> bad = aggregator.post(
                "/query-stream",
                JSON.writeValueAsString(Map.of(
                        "sql",
                        "SELECT * FROM USAGE_1D EMIT CHANGES;",
                        "requestProperties",
                        Map.of(TOKEN, "USAGE_1M@1.2.3.4.5.6"))),
                "");
        error(bad, 400, 40000, "the token is of USAGE_1M");
    }

    private static final Map<String, Object> EARLIEST = Map.of("properties", Map.of("auto.offset.reset", "earliest"));
    private static final String TOKEN = "request.ksql.query.push.continuation.token";

    private static Map<String, Object> tokens(String token) {
        Map<String, String> properties =
                Map.of("auto.offset.reset", "earliest", "ksql.query.push.v2.continuation.tokens.enabled", "true");
        return token.isEmpty()
                ? Map.of("properties", properties)
                : Map.of("properties", properties, "requestProperties", Map.of(TOKEN, token));
    }

    private static PushReader push(
            HttpClient.Version version, String statement, Map<String, Object> more, String accept) throws Exception {
        Map<String, Object> body = new HashMap<>(more);
        body.put("sql", statement);
        return PushReader.open(
                HttpClient.newBuilder().version(version).build(),
                aggregator.posting("/query-stream", JSON.writeValueAsString(body), accept));
    }

    @Test
    @Order(2) // Before others send further calls.
    void answersEachStatementOfTheDocumentOverJdbc() throws Exception {
        Map<String, String> statements = DOCUMENT.statements();
        try (JdbcDriver driver = new JdbcDriver();
                Connection connection = driver.connect(aggregator.address(), ";serialization=protobuf");
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(3);
            SoftAssertions.assertSoftly(softly -> statements.forEach(
                    (title, text) -> softly.check(() -> DOCUMENT.check(title, cells(statement.executeQuery(text))))));
        }
    }

    @Test
    void servesJdbcAsToolsUseIt() throws Exception {
        try (JdbcDriver driver = new JdbcDriver();
                Connection connection = driver.connect(aggregator.address(), ";serialization=protobuf")) {
            ResultSet tables = connection.getMetaData().getTables(null, null, "USAGE_1D", null);
            assertThat(tables.next()).isTrue();
            assertThat(tables.getString("REMARKS")).isNotBlank();
            try (PreparedStatement prepared = connection.prepareStatement(
                    "SELECT windowstart, cost, ISO_TIME(windowstart, 'UTC') FROM USAGE_1D WHERE organization = ? AND windowstart >= ? ORDER BY windowstart, model")) {
                prepared.setString(1, "acme");
                prepared.setString(2, DAY.toString());
                ResultSet row = prepared.executeQuery();
                assertThat(row.next()).isTrue();
                assertThat(row.getBigDecimal(2).scale()).isEqualTo(12);
                assertThat(Instant.ofEpochMilli(row.getLong(1)))
                        .isEqualTo(DAY.atStartOfDay(ZoneOffset.UTC).toInstant());
                assertThat(row.getString(3)).startsWith(DAY.toString());
            }
            assertThatThrownBy(() -> connection.createStatement().executeQuery("SELECT nothing FROM USAGE_1D"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getErrorCode()).isEqualTo(40001))
                    .hasMessageContaining("line 1:8: Column 'NOTHING' not found")
                    .hasMessageNotContaining("io.modelhub");
            assertThatThrownBy(() -> driver.connect(aggregator.address(), "").createStatement())
                    .hasStackTraceContaining("add ;serialization=protobuf");
        }
    }

    private static List<List<Object>> cells(ResultSet result) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        while (result.next()) {
            List<Object> row = new ArrayList<>();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                Object cell = result.getObject(i);
                row.add(cell instanceof Number ? new BigDecimal(cell.toString()) : cell);
            }
            rows.add(row);
        }
        return rows;
    }

    private static void error(HttpResponse<String> response, int status, int code, String message) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = JSON.readTree(response.body());
        assertThat(error.get("error_code").asInt()).isEqualTo(code);
        assertThat(error.get("message").asText()).contains(message).doesNotContain("Exception");
    }

    private static long number(String statement) throws Exception {
        HttpResponse<String> response = queryStream(statement, "application/json");
        return response.statusCode() == 200
                ? JSON.readTree(response.body()).at("/1/0").asLong()
                : -1;
    }

    private static HttpResponse<String> queryStream(String statement, String accept) throws Exception {
        return aggregator.post("/query-stream", JSON.writeValueAsString(Map.of("sql", statement)), accept);
    }

    private static HttpResponse<String> query(String statement, String accept) throws Exception {
        return aggregator.post("/query", JSON.writeValueAsString(Map.of("ksql", statement)), accept);
    }

    private static HttpResponse<String> ksql(String statements) throws Exception {
        return aggregator.post("/ksql", JSON.writeValueAsString(Map.of("ksql", statements)), "");
    }

    /** Rows by the key of their window. */
    private static Map<List<Object>, List<Object>> windows(String statement) throws Exception {
        Map<List<Object>, List<Object>> windows = new HashMap<>();
        for (JsonNode row :
                JSON.readTree(queryStream(statement, "application/json").body())) {
            if (row.isArray()) {
                List<Object> cells = cells(row);
                windows.put(cells.subList(0, 3), cells);
            }
        }
        return windows;
    }

    private static void sendOne(String organization) throws Exception {
        sendOne(organization, organization);
    }

    private static void sendOne(String organization, String eventId) throws Exception {
        Topic<String, ModelMetrics> usage = new Topics(AvroSerdes.at(registry.url())).usage();
        ModelMetrics sent = Calls.call()
                .setEventId(eventId)
                .setOrganization(organization)
                .setTimestamp(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .build();
        send(usage, organization, sent);
    }

    private static List<Object> cells(JsonNode row) {
        List<Object> cells = new ArrayList<>();
        for (JsonNode cell : row) {
            cells.add(
                    cell.isNull()
                            ? null
                            : cell.isNumber()
                                    ? cell.decimalValue()
                                    : cell.isBoolean() ? cell.asBoolean() : cell.asText());
        }
        return cells;
    }

    private static void publishCatalog() throws Exception {
        Topics topics = new Topics(AvroSerdes.at(registry.url()));
        for (Map.Entry<String, String> zone : DocumentedStatements.ZONES.entrySet()) {
            send(topics.organizations(), zone.getKey(), CatalogRecords.organization(zone.getKey(), zone.getValue(), 1));
        }
        for (Map.Entry<String, String> model : DocumentedStatements.MODELS.entrySet()) {
            send(
                    topics.models(),
                    model.getKey(),
                    Model.newBuilder(CatalogRecords.model(model.getKey(), DocumentedStatements.RATE, 1))
                            .setProvider(model.getValue())
                            .build());
        }
        for (String key : List.of(DocumentedStatements.KEY, DocumentedStatements.OTHER_KEY)) {
            send(topics.apiKeys(), key, CatalogRecords.key(key, "acme", null, "1000000", 1));
        }
        Eventually.holds(
                "the aggregator knows the catalog",
                () -> number("SELECT COUNT(*) FROM MODELS") == DocumentedStatements.MODELS.size()
                        && number("SELECT COUNT(*) FROM ORGANIZATIONS") == DocumentedStatements.ZONES.size()
                        && number("SELECT COUNT(*) FROM API_KEYS") == 2);
    }

    private static void sendCalls() throws Exception {
        Topic<String, ModelMetrics> usage = new Topics(AvroSerdes.at(registry.url())).usage();
        try (KafkaProducer<String, ModelMetrics> producer = producer(usage)) {
            int number = 0;
            for (DocumentedStatements.Call call : DOCUMENT.calls()) {
                ModelMetrics sent = Calls.call()
                        .setEventId("e-" + number++)
                        .setOrganization(call.organization())
                        .setModel(call.model())
                        .setTimestamp(call.at())
                        .setTokensInput(call.tokensInput())
                        .setTokensOutput(call.tokensOutput())
                        .setCost(call.cost())
                        .setStatus(call.status())
                        .setLatencyMs(call.latencyMs())
                        .setApiKey(call.apiKey())
                        .setRoutingRule(call.rule())
                        .build();
                producer.send(new ProducerRecord<>(usage.name(), Topics.canonicalKey(sent), sent));
            }
        }
    }

    private static <V extends SpecificRecord> void send(Topic<String, V> topic, String key, V value) throws Exception {
        try (KafkaProducer<String, V> producer = producer(topic)) {
            producer.send(new ProducerRecord<>(topic.name(), key, value)).get();
        }
    }

    private static <V> KafkaProducer<String, V> producer(Topic<String, V> topic) {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                topic.key().serializer(),
                topic.value().serializer());
    }
}
