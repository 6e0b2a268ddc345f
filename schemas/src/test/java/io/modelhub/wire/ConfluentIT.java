package io.modelhub.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Confluent's own classes and ours write and read the same bytes, through the real registry and a real topic. */
class ConfluentIT {

    private static KafkaForTests kafka;
    private static RegistryForTests registry;
    private static ConfluentClasses confluent;
    private ClassLoader before;

    @BeforeAll
    static void start() throws Exception {
        confluent = ConfluentClasses.load();
        kafka = KafkaForTests.start();
        registry = RegistryForTests.start();
        try (Admin admin = kafka.admin()) {
            TopicCreation.ensure(admin, Topics.ALL);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        registry.close();
        kafka.close();
        confluent.close();
    }

    /** With the profile {@code confluent} the classes stand on the class path; here the thread's loader has them. */
    @BeforeEach
    void offerTheClasses() {
        before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(confluent);
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    @Test
    void aGenericConfluentProducerIsReadByOurs() throws Exception {
        Topic<String, ModelMetrics> usage = ours().usage();
        for (ModelMetrics event : List.of(Samples.fullUsage(), Samples.bareUsage())) {
            ConsumerRecord<String, ModelMetrics> read = roundTrip(
                    new Topic<>(Topics.USAGE, Serdes.String(), confluentSerde(false)),
                    usage,
                    event.getEventId(),
                    Samples.generic(event));

            assertThat(read.value()).isEqualTo(event);
        }
    }

    @Test
    void aGenericConfluentConsumerReadsOurs() throws Exception {
        Topic<String, ModelMetrics> usage = ours().usage();
        for (ModelMetrics event : List.of(Samples.fullUsage(), Samples.bareUsage())) {
            ConsumerRecord<String, Object> read = roundTrip(
                    usage,
                    new Topic<>(Topics.USAGE, Serdes.String(), confluentSerde(false)),
                    event.getEventId(),
                    event);

            assertThat(read.value()).isEqualTo(Samples.generic(event));
        }
    }

    @Test
    void avroKeysGoBothWays() throws Exception {
        Topic<UsageWindowKey, UsageWindow> windows = ours().usage1m();
        Topic<Object, Object> theirs = new Topic<>(Topics.USAGE_1M, confluentSerde(true), confluentSerde(false));

        ConsumerRecord<Object, Object> readByThem = roundTrip(windows, theirs, Samples.windowKey(), Samples.window());
        assertThat(readByThem.key()).isEqualTo(Samples.generic(Samples.windowKey()));
        assertThat(readByThem.value()).isEqualTo(Samples.generic(Samples.window()));

        ConsumerRecord<UsageWindowKey, UsageWindow> readByUs =
                roundTrip(theirs, windows, Samples.generic(Samples.windowKey()), Samples.generic(Samples.window()));
        assertThat(readByUs.key()).isEqualTo(Samples.windowKey());
        assertThat(readByUs.value()).isEqualTo(Samples.window());
    }

    @Test
    void theBytesAreTheSame() throws Exception {
        byte[] ours = serde(ours()).serializer().serialize(Topics.USAGE.name(), Samples.fullUsage());
        byte[] theirs = serde(theirs()).serializer().serialize(Topics.USAGE.name(), Samples.fullUsage());

        assertThat(theirs).isEqualTo(ours);
    }

    @Test
    void theSerdesAreASetting() throws Exception {
        Topic<UsageWindowKey, UsageWindow> windows = theirs().usage1d();

        ConsumerRecord<UsageWindowKey, UsageWindow> read =
                roundTrip(windows, windows, Samples.windowKey(), Samples.window());

        assertThat(read.key()).isEqualTo(Samples.windowKey());
        assertThat(read.value()).isEqualTo(Samples.window());
    }

    @Test
    void theirFailuresAreToldApartAsOursAre() throws Exception {
        byte[] unknownId = ByteBuffer.allocate(9).put((byte) 0).putInt(987_654).array();
        byte[] whole = serde(theirs()).serializer().serialize(Topics.USAGE.name(), Samples.fullUsage());
        byte[] cutShort = Arrays.copyOf(whole, 12);
        String nowhere = "http://127.0.0.1:" + freePort() + "/";
        Serde<ModelMetrics> away =
                new Topics(new AvroSerdes(settings(nowhere))).usage().value();
        Deserializer<ModelMetrics> reads = serde(theirs()).deserializer();

        assertThatThrownBy(() -> reads.deserialize(Topics.USAGE.name(), unknownId))
                .isInstanceOf(MalformedRecordException.class);
        assertThatThrownBy(() -> reads.deserialize(Topics.USAGE.name(), cutShort))
                .isInstanceOf(MalformedRecordException.class);
        assertThatThrownBy(() -> away.deserializer().deserialize(Topics.USAGE.name(), unknownId))
                .isInstanceOf(RegistryUnavailableException.class);
        assertThatThrownBy(() -> away.serializer().serialize(Topics.USAGE.name(), Samples.bareUsage()))
                .isInstanceOf(RegistryUnavailableException.class);
    }

    private static Topics ours() {
        return new Topics(AvroSerdes.at(registry.url()));
    }

    private static Topics theirs() {
        return new Topics(new AvroSerdes(settings(registry.url())));
    }

    private static Map<String, Object> settings(String url) {
        return Map.of(
                AvroSerdes.REGISTRY_URL, url,
                AvroSerdes.SERIALIZER, ConfluentClasses.SERIALIZER,
                AvroSerdes.DESERIALIZER, ConfluentClasses.DESERIALIZER);
    }

    private static Serde<ModelMetrics> serde(Topics topics) {
        return topics.usage().value();
    }

    /** As a program without our classes has it: generic records, raw numbers and bytes for times and money. */
    @SuppressWarnings("unchecked") // Confluent's two classes implement Serializer<Object> and Deserializer<Object>.
    private static Serde<Object> confluentSerde(boolean isKey) throws ReflectiveOperationException {
        Serde<Object> serde = Serdes.serdeFrom(
                confluent.newInstance(ConfluentClasses.SERIALIZER, Serializer.class),
                confluent.newInstance(ConfluentClasses.DESERIALIZER, Deserializer.class));
        serde.serializer().configure(Map.of(AvroSerdes.REGISTRY_URL, registry.url()), isKey);
        serde.deserializer().configure(Map.of(AvroSerdes.REGISTRY_URL, registry.url()), isKey);
        return serde;
    }

    /** Sends by one pair of serdes and reads the very record by another. */
    private static <K, V, L, W> ConsumerRecord<L, W> roundTrip(Topic<K, V> writer, Topic<L, W> reader, K key, V value)
            throws Exception {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        try (KafkaProducer<K, V> producer = new KafkaProducer<>(
                        config, writer.key().serializer(), writer.value().serializer());
                KafkaConsumer<L, W> consumer = new KafkaConsumer<>(
                        config, reader.key().deserializer(), reader.value().deserializer())) {
            var sent = producer.send(new ProducerRecord<>(writer.name(), key, value))
                    .get();
            TopicPartition partition = new TopicPartition(sent.topic(), sent.partition());
            consumer.assign(List.of(partition));
            consumer.seek(partition, sent.offset());
            return consumer.poll(Eventually.PATIENCE).iterator().next();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
