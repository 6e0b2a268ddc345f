package io.modelhub.tables;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.Organization;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaPeriod;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import io.modelhub.wire.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Apache Flink's SQL over records that our own serdes wrote, by the tables and the questions of {@code docs/flink.sql}. */
class FlinkTablesIT {

    private static final List<Statement> DOCUMENT = Statement.ofDocument("flink.sql");

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Instant DAY = Instant.parse("2026-11-20T00:00:00Z");
    private static final Instant MONTH = Instant.parse("2026-11-01T00:00:00Z");
    private static final String KEY = "0b0f7a5e-0000-4000-8000-000000000001";
    private static final BigDecimal FIRST_RATE = new BigDecimal("0.002500000000000000000001");
    private static final BigDecimal SECOND_RATE = new BigDecimal("0.000000000000000000020000");

    private static KafkaForTests kafka;
    private static RegistryForTests registry;
    private static MiniCluster cluster;
    private static TableEnvironment flink;

    /** @param value null: what the key stood for is gone */
    private record Keyed<K, V>(K key, V value) {}

    @BeforeAll
    static void declareTheTables() throws Exception {
        kafka = KafkaForTests.start();
        registry = RegistryForTests.start();
        try (Admin admin = kafka.admin()) {
            TopicCreation.ensure(admin, Topics.ALL);
        }
        write();
        cluster = smallCluster();
        flink = TableEnvironment.create(EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(jobsOf(cluster))
                .build());
        flink.getConfig().set("table.local-time-zone", "UTC"); // SET is the SQL client's own statement.
        DOCUMENT.stream()
                .filter(statement -> statement.declared().isPresent())
                .forEach(statement -> flink.executeSql(here(statement.text())));
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
        registry.close();
        kafka.close();
    }

    /** One for all questions: Flink would start one for each. */
    private static MiniCluster smallCluster() throws Exception {
        Configuration memory = new Configuration();
        memory.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
        memory.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
        memory.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
        memory.set(RestOptions.BIND_PORT, "0");
        MiniCluster cluster = new MiniCluster(
                new MiniClusterConfiguration.Builder().setConfiguration(memory).build());
        cluster.start();
        return cluster;
    }

    private static Configuration jobsOf(MiniCluster cluster) throws Exception {
        URI address = cluster.getRestAddress().get();
        Configuration jobs = new Configuration();
        jobs.set(CoreOptions.DEFAULT_PARALLELISM, 1);
        jobs.set(DeploymentOptions.TARGET, "remote");
        jobs.set(RestOptions.ADDRESS, address.getHost());
        jobs.set(RestOptions.PORT, address.getPort());
        return jobs;
    }

    /** The statement for the servers of this test, and for tables that end with what is written now. */
    private static String here(String statement) {
        return statement
                .replace(
                        "'127.0.0.1:9092'", "'" + kafka.bootstrapServers() + "', 'scan.bounded.mode' = 'latest-offset'")
                .replace("http://127.0.0.1:8085/apis/ccompat/v7", registry.url());
    }

    private static void write() throws Exception {
        Topics topics = new Topics(AvroSerdes.at(registry.url()));
        write(
                topics.usage(),
                true,
                call("e-1", "acme", NOON, "0.000000000001", CallStatus.Success),
                call("e-2", "acme", NOON.plusMillis(59_999), "12345678901234567890.5", CallStatus.Timeout),
                call("e-3", "acme", NOON.plusSeconds(60), "3", CallStatus.Error));
        write(topics.usage(), false, call("e-4", "acme", NOON, "1000000", CallStatus.Success));
        write(
                topics.organizations(),
                true,
                new Keyed<>("acme", organization("acme", "Acme")),
                new Keyed<>("gone", organization("gone", "Gone")),
                new Keyed<>("acme", organization("acme", "Acme Robotics")),
                new Keyed<>("gone", null));
        write(
                topics.usage1d(),
                true,
                day("acme", "openai/gpt-4o", 1, "0.1"),
                day("acme", "openai/gpt-4o", 3, "0.3"),
                day("acme", "meta/llama", 4, "0.000000000004"),
                day("-", "meta/llama", 5, "5"));
        write(
                topics.quotaKeys(),
                true,
                new Keyed<>(KEY, quota(KEY, false)),
                new Keyed<>("enabled", quota("enabled", true)));
        writeMonthOfTheFirstVersion();
        write(topics.models(), true, new Keyed<>("openai/gpt-4o", model("openai/gpt-4o")));
    }

    /** Writes in one transaction, as the aggregator does. */
    @SafeVarargs
    private static <K, V> void write(Topic<K, V> topic, boolean committed, Keyed<K, V>... records) {
        try (KafkaProducer<K, V> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", topic.name()),
                topic.key().serializer(),
                topic.value().serializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (Keyed<K, V> record : records) {
                producer.send(new ProducerRecord<>(topic.name(), record.key, record.value));
            }
            if (committed) {
                producer.commitTransaction();
            } else {
                producer.flush();
                producer.abortTransaction();
            }
        }
    }

    /** As a release wrote it that didn't know some of today's fields. */
    private static void writeMonthOfTheFirstVersion() throws Exception {
        Topic<UsageWindowKey, UsageWindow> topic = new Topics(AvroSerdes.at(registry.url())).usage1mo();
        Schema first = new Schema.Parser()
                .parse(Path.of("..", "src", "main", "avro-released", "UsageWindow", "v1.avsc")
                        .toFile());
        Keyed<UsageWindowKey, UsageWindow> month = day("acme", "meta/llama", 9, "0.9");
        Schema now = month.value.getSchema();
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(0);
        value.write(ByteBuffer.allocate(4)
                .putInt(SchemaRegistry.at(registry.url()).register(topic.name() + "-value", first))
                .array());
        value.write(encoded(
                first,
                new GenericDatumReader<>(now, first)
                        .read(null, DecoderFactory.get().binaryDecoder(encoded(now, month.value), null))));
        write(
                new Topic<>(topic.definition(), topic.key(), Serdes.ByteArray()),
                true,
                new Keyed<>(month.key, value.toByteArray()));
    }

    private static byte[] encoded(Schema schema, Object record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new SpecificDatumWriter<>(schema, SpecificData.getForClass(UsageWindow.class)).write(record, encoder);
        return bytes.toByteArray();
    }

    private static Keyed<String, ModelMetrics> call(
            String id, String organization, Instant at, String cost, CallStatus status) {
        return new Keyed<>(
                organization,
                ModelMetrics.newBuilder()
                        .setEventId(id)
                        .setModel("openai/gpt-4o")
                        .setOrganization(organization)
                        .setTimestamp(at)
                        .setTokensInput(10)
                        .setTokensOutput(1)
                        .setCost(new BigDecimal(cost))
                        .setStatus(status)
                        .setAttributes(Map.of("team", "search"))
                        .build());
    }

    private static Organization organization(String id, String name) {
        return Organization.newBuilder()
                .setId(id)
                .setName(name)
                .setStatus(EntityStatus.Active)
                .setRevision(1)
                .setUpdatedAt(NOON)
                .build();
    }

    private static Keyed<UsageWindowKey, UsageWindow> day(
            String organization, String model, long requests, String cost) {
        return new Keyed<>(
                new UsageWindowKey(organization, model, DAY),
                UsageWindow.newBuilder()
                        .setOrganization(organization)
                        .setModel(model)
                        .setWindowStart(DAY)
                        .setWindowEnd(DAY.plusSeconds(86_400))
                        .setRequests(requests)
                        .setErrors(0)
                        .setTimeouts(0)
                        .setTokensInput(10)
                        .setTokensOutput(1)
                        .setCost(new BigDecimal(cost))
                        .setUnpricedRequests(0)
                        .setLatencyCount(1)
                        .setLatencySumMs(7)
                        .setLatencyP50Ms(7.25)
                        .setLatencySketch(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                        .setIsFinal(true)
                        .build());
    }

    private static KeyQuotaState quota(String key, boolean enabled) {
        return KeyQuotaState.newBuilder()
                .setApiKey(key)
                .setZone("Asia/Kolkata")
                .setEnabled(enabled)
                .setCauses(enabled ? List.of() : List.of(QuotaCause.DAY, QuotaCause.MONTH))
                .setDay(new QuotaPeriod(DAY, DAY.plusSeconds(86_400), null, new BigDecimal("1.5"), null))
                .setMonth(new QuotaPeriod(
                        MONTH,
                        MONTH.plusSeconds(30 * 86_400),
                        new BigDecimal("10"),
                        new BigDecimal("10.000000000001"),
                        new BigDecimal("0.000000000001")))
                .build();
    }

    private static Model model(String id) {
        return Model.newBuilder()
                .setId(id)
                .setUuid("9f1bd0f2-0000-4000-8000-000000000001")
                .setProvider("openai")
                .setName("gpt-4o")
                .setModelType(ModelType.Text)
                .setConfig("{}")
                .setStatus(EntityStatus.Active)
                .setPrices(List.of(price(null, FIRST_RATE), price(NOON, SECOND_RATE)))
                .setRevision(1)
                .setUpdatedAt(NOON)
                .build();
    }

    private static ModelPrice price(Instant from, BigDecimal input) {
        return ModelPrice.newBuilder()
                .setEffectiveFrom(from)
                .setCostInput(input)
                .setCostOutput(new BigDecimal("0.01"))
                .build();
    }

    @Test
    void everyTopicIsATable() {
        List<String> topics = DOCUMENT.stream()
                .flatMap(statement -> statement.option("topic").stream())
                .toList();

        assertThat(topics)
                .containsExactlyElementsOf(
                        Topics.ALL.stream().map(topic -> topic.name()).toList());
        assertThat(flink.listTables()).hasSameSizeAs(topics);
    }

    @Test
    void theQuestionsOfTheDocumentAreAnsweredByWhatWasWritten() throws Exception {
        List<Statement> questions = DOCUMENT.stream().filter(Statement::isQuery).toList();
        assertThat(questions).hasSize(4);

        assertThat(rows(questions.get(0).text()))
                .containsExactlyInAnyOrder(
                        Row.of(utc(NOON), "acme", 2L, new BigDecimal("12345678901234567890.500000000001")),
                        Row.of(utc(NOON.plusSeconds(60)), "acme", 1L, new BigDecimal("3.000000000000")));
        assertThat(rows(questions.get(1).text()))
                .containsExactlyInAnyOrder(Row.of("Acme Robotics", utc(DAY), new BigDecimal("0.300000000004"), 7L));
        assertThat(rows(questions.get(2).text()))
                .containsExactlyInAnyOrder(Row.of(
                        KEY,
                        new String[] {"DAY", "MONTH"},
                        new BigDecimal("10.000000000001"),
                        new BigDecimal("10.000000000000")));
        assertThat(rows(questions.get(3).text()))
                .containsExactlyInAnyOrder(
                        Row.of("openai/gpt-4o", null, FIRST_RATE, new BigDecimal("0.010000000000000000000000")),
                        Row.of("openai/gpt-4o", utc(NOON), SECOND_RATE, new BigDecimal("0.010000000000000000000000")));
    }

    @Test
    void aCallHasAllItsColumns() throws Exception {
        assertThat(rows("SELECT canonical_key, event_id, latency_ms, status, attributes, append_time IS NOT NULL"
                        + " FROM usage_events WHERE event_id = 'e-2'"))
                .containsExactly(Row.of("acme", "e-2", null, "Timeout", Map.of("team", "search"), true));
    }

    /** The key of a window is read from the record's key, and its latest record holds. */
    @Test
    void aWindowIsARowThatIsReplaced() throws Exception {
        assertThat(rows(
                        "SELECT organization, model, window_start, requests, latency_p50_ms, latency_sketch, duplicates, is_final"
                                + " FROM usage_1d WHERE organization = 'acme' AND model = 'openai/gpt-4o'"))
                .containsExactly(Row.of("acme", "openai/gpt-4o", utc(DAY), 3L, 7.25, new byte[] {1, 2, 3}, 0L, true));
    }

    @Test
    void aRecordOlderThanAColumnHasNullThere() throws Exception {
        assertThat(rows("SELECT requests, cost, duplicates FROM usage_1mo"))
                .containsExactly(Row.of(9L, new BigDecimal("0.900000000000"), null));
    }

    /** Null or not is left out: Flink holds it to the schema where one stands beside a table, and has its own rules elsewhere. */
    @Test
    void columnsAreTheFieldsOfTheSchema() {
        Map<String, TopicTypes> types = TopicTypes.all();
        for (Statement statement : DOCUMENT) {
            if (statement.declared().isPresent()) {
                String table = statement.declared().get();
                Schema value =
                        types.get(statement.option("topic").orElseThrow()).value();
                List<String> columns = flink.from("`" + table + "`").getResolvedSchema().getColumns().stream()
                        .filter(column -> value.getField(column.getName()) != null)
                        .map(column -> column.getName() + " " + type(column)
                                + column.getComment()
                                        .map(comment -> " -- " + comment)
                                        .orElse(""))
                        .toList();

                assertThat(columns)
                        .as(table)
                        .isEqualTo(value.getFields().stream()
                                .map(field -> field.name() + " " + type(field.schema()) + " -- " + field.doc())
                                .toList());
            }
        }
    }

    @Test
    void keysAreThoseOfTheRecords() {
        Map<String, TopicTypes> types = TopicTypes.all();
        for (Statement statement : DOCUMENT) {
            if (statement.declared().isPresent()) {
                String table = statement.declared().get();
                List<String> fields =
                        types.get(statement.option("topic").orElseThrow()).keyFields();
                Optional<UniqueConstraint> key =
                        flink.from("`" + table + "`").getResolvedSchema().getPrimaryKey();
                if (!fields.isEmpty()) {
                    assertThat(key.orElseThrow().getColumns()).as(table).isEqualTo(fields);
                } else {
                    key.ifPresent(declared ->
                            assertThat(declared.getColumns()).as(table).hasSize(1));
                }
            }
        }
    }

    private static String type(Column column) {
        return column.getDataType().getLogicalType().asSummaryString().replaceAll(" NOT NULL| \\*ROWTIME\\*", "");
    }

    private static String type(Schema schema) {
        Schema type = TopicTypes.present(schema);
        return switch (type.getType()) {
            case STRING, ENUM -> "STRING";
            case BOOLEAN -> "BOOLEAN";
            case INT -> "INT";
            case LONG -> type.getLogicalType() == null ? "BIGINT" : "TIMESTAMP(3)";
            case DOUBLE -> "DOUBLE";
            case BYTES ->
                type.getLogicalType() instanceof LogicalTypes.Decimal decimal
                        ? "DECIMAL(%d, %d)".formatted(decimal.getPrecision(), decimal.getScale())
                        : "BYTES";
            case ARRAY -> "ARRAY<" + type(type.getElementType()) + ">";
            case MAP -> "MAP<STRING, " + type(type.getValueType()) + ">";
            case RECORD ->
                type.getFields().stream()
                        .map(field -> "`%s` %s".formatted(field.name(), type(field.schema())))
                        .collect(joining(", ", "ROW<", ">"));
            default -> throw new IllegalArgumentException("no column for " + type);
        };
    }

    /** What a query that has ended has left: its changes, one after the other. */
    private static List<Row> rows(String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> changes = flink.executeSql(query).collect()) {
            while (changes.hasNext()) {
                Row change = changes.next();
                RowKind kind = change.getKind();
                change.setKind(RowKind.INSERT);
                if (kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER) {
                    rows.add(change);
                } else {
                    rows.remove(change);
                }
            }
        }
        return rows;
    }

    private static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
}
