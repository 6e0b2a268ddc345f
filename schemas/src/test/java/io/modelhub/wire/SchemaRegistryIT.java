package io.modelhub.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The serdes against the real registry, and against servers that only look like one. */
class SchemaRegistryIT {

    private static final Schema TEXT = Schema.create(Schema.Type.STRING);

    private static RegistryForTests registry;

    @BeforeAll
    static void start() {
        registry = RegistryForTests.start();
    }

    @AfterAll
    static void stop() {
        registry.close();
    }

    @Test
    void manyThreadsThatRegisterAtOnceGetOneId() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> ids = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ids.add(threads.submit(
                        () -> SchemaRegistry.at(registry.url()).register("race-value", ModelMetrics.getClassSchema())));
            }
            int first = ids.get(0).get();
            for (Future<Integer> id : ids) {
                assertThat(id.get()).isEqualTo(first);
            }
            assertThat(SchemaRegistry.at(registry.url()).schema(first)).isEqualTo(ModelMetrics.getClassSchema());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theRegistryHasTheLastWordOnASchema() {
        SchemaRegistry client = SchemaRegistry.at(registry.url());
        client.register("strict-value", TEXT);

        assertThatThrownBy(() -> client.register("strict-value", Schema.create(Schema.Type.INT)))
                .isInstanceOf(SerializationException.class)
                .isNotInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("strict-value");
        assertThatThrownBy(() -> client.lookUp("nobody-value", TEXT)).isInstanceOf(SerializationException.class);
        assertThat(client.lookUp("strict-value", TEXT)).isEqualTo(client.register("strict-value", TEXT));
    }

    @Test
    void withoutAutoRegistrationOnlyKnownSchemasAreWritten() {
        AvroSerdes serdes = new AvroSerdes(
                Map.of(AvroSerdes.REGISTRY_URL, registry.url(), AvroSerdes.AUTO_REGISTER_SCHEMAS, false));

        assertThatThrownBy(() -> serdes.key(UsageWindowKey.class).serializer().serialize("t", Samples.windowKey()))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void onlyAConfirmedUnknownIdMakesARecordBad() throws IOException {
        assertThatThrownBy(() -> SchemaRegistry.at(registry.url()).schema(987_654))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage("schema id 987654 is not known to the schema registry");

        // A mistyped path at the real one.
        assertNoAnswer(registry.url() + "/typo");
        assertNoAnswer(answering(404, "<html>not here</html>"));
        assertNoAnswer(answering(404, "{\"error_code\": 404, \"message\": \"HTTP 404 Not Found\"}"));
        assertNoAnswer(answering(401, "{\"error_code\": 40101, \"message\": \"who are you\"}"));
        assertNoAnswer(answering(500, "{\"error_code\": 50001, \"message\": \"my store is away\"}"));
        assertNoAnswer(answering(200, "{}"));
        assertNoAnswer(answering(200, "it works!"));
        assertNoAnswer(answering(200, "\"" + "x".repeat(5 << 20) + "\""));
    }

    @Test
    void nobodyThereIsNoAnswer() throws IOException {
        HttpServer gone = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        int port = gone.getAddress().getPort();
        gone.stop(0);

        assertNoAnswer("http://127.0.0.1:" + port);
    }

    @Test
    void anInterruptedCallEndsAtOnceAndStaysInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> SchemaRegistry.at(registry.url()).schema(123_456))
                .isInstanceOf(InterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void bytesAtFaultMakeAMalformedRecordAndNothingWorse() throws IOException {
        Topic<String, ModelMetrics> usage = new Topics(AvroSerdes.at(registry.url())).usage();
        byte[] good = usage.value().serializer().serialize(usage.name(), Samples.fullUsage());
        Deserializer<ModelMetrics> reads = usage.value().deserializer();

        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> reads.deserialize(usage.name(), cut))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(MalformedRecordException.class);
        }
        assertThatThrownBy(() -> reads.deserialize(usage.name(), Arrays.copyOf(good, good.length + 1)))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage("1 bytes follow the end of the io.modelhub.schema.ModelMetrics");
        for (int at = WireFormat.HEADER_BYTES; at < good.length; at++) {
            byte[] bent = good.clone();
            bent[at] ^= (byte) 0xFF;
            try {
                reads.deserialize(usage.name(), bent);
            } catch (MalformedRecordException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
        assertThat(reads.deserialize(usage.name(), good)).isEqualTo(Samples.fullUsage());
        assertThat(reads.deserialize(usage.name(), null)).isNull();
    }

    @Test
    void aRecordOfAnotherTypeIsMalformed() {
        Topics topics = new Topics(AvroSerdes.at(registry.url()));
        byte[] window = topics.usage1m().value().serializer().serialize("t", Samples.window());

        assertThatThrownBy(() -> topics.usage().value().deserializer().deserialize("t", window))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("is of io.modelhub.schema.UsageWindow, which is not the"
                        + " io.modelhub.schema.ModelMetrics expected");
    }

    /** Avro reads such a number, and fails only when it is written again. */
    @Test
    void aDecimalOfTooManyDigitsIsMalformed() throws IOException {
        GenericRecord usage = Samples.generic(Samples.fullUsage());
        for (BigInteger digits : List.of(BigInteger.TEN.pow(38), BigInteger.ONE.shiftLeft(4_000_000))) {
            usage.put("cost", ByteBuffer.wrap(digits.toByteArray()));
            assertThatThrownBy(() -> read(usage))
                    .isInstanceOf(MalformedRecordException.class)
                    .hasMessageContaining("more than 38 digits");
        }
        usage.put(
                "cost",
                ByteBuffer.wrap(BigInteger.TEN.pow(38).subtract(BigInteger.ONE).toByteArray()));
        assertThat(read(usage).getCost()).isEqualByComparingTo("99999999999999999999999999.999999999999");
    }

    @Test
    void aRecordThatDoesNotFitItsSchemaIsRefusedAndTheNextOneWritten() {
        Topic<String, ModelMetrics> usage = new Topics(AvroSerdes.at(registry.url())).usage();
        ModelMetrics unfit = new ModelMetrics();

        assertThatThrownBy(() -> usage.value().serializer().serialize(usage.name(), unfit))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("ModelMetrics");
        assertThat(usage.value()
                        .deserializer()
                        .deserialize(
                                usage.name(), usage.value().serializer().serialize(usage.name(), Samples.bareUsage())))
                .isEqualTo(Samples.bareUsage());
    }

    private static ModelMetrics read(GenericRecord usage) throws IOException {
        int id = SchemaRegistry.at(registry.url()).register("generic-value", usage.getSchema());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(usage.getSchema()).write(usage, encoder);
        return new Topics(AvroSerdes.at(registry.url()))
                .usage()
                .value()
                .deserializer()
                .deserialize("t", bytes.toByteArray());
    }

    private static void assertNoAnswer(String url) {
        SchemaRegistry client = SchemaRegistry.at(url);
        assertThatThrownBy(() -> client.schema(1)).as(url).isInstanceOf(RegistryUnavailableException.class);
        assertThatThrownBy(() -> client.register("s", TEXT)).as(url).isInstanceOf(RegistryUnavailableException.class);
    }

    /** A server that gives one answer to everything; it ends with the test's process. */
    private static String answering(int status, String body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", new OneAnswer(status, body));
        server.start();
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private record OneAnswer(int status, String body) implements HttpHandler {

        @Override
        public void handle(HttpExchange exchange) throws IOException {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        }
    }
}
