package io.modelhub.plain;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicCreation;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

class PlainAvroConsumerIT {

    private static final Path SOURCE = Path.of("src/test/java/io/modelhub/plain/PlainAvroConsumer.java");

    @Test
    void readsATopicWithoutAnyClassOfThisProject() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start();
                RegistryForTests registry = RegistryForTests.start()) {
            TopicPartition written = writeUsage(kafka, registry);
            Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
            try (KafkaConsumer<String, byte[]> consumer =
                    new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(List.of(written));
                consumer.seekToBeginning(List.of(written));
                ConsumerRecord<String, byte[]> record =
                        consumer.poll(Eventually.PATIENCE).iterator().next();

                GenericRecord usage = new PlainAvroConsumer(registry.url()).decode(record.value());

                assertThat(record.key()).isEqualTo("acme");
                assertThat(usage.getSchema().getFullName()).isEqualTo("io.modelhub.schema.ModelMetrics");
                assertThat(usage.get("model")).hasToString("openai/gpt-4o");
                assertThat(usage.get("status")).hasToString("Error");
                assertThat(usage.get("tokens_input")).isEqualTo(4808L);
                assertThat(usage.get("api_key")).isNull();
                assertThat(usage.get("timestamp")).isEqualTo(1_795_428_000_123L);
                ByteBuffer cost = (ByteBuffer) usage.get("cost");
                byte[] digits = new byte[cost.remaining()];
                cost.get(digits);
                assertThat(new BigDecimal(new BigInteger(digits), 12)).isEqualByComparingTo(new BigDecimal("0.02408"));
                assertThat(usage.get("attributes")).hasToString("{team=search}");
            }
        }
    }

    /** The consumer's source names nothing of this project but its own package. */
    @Test
    void usesNoClassOfThisProject() throws IOException {
        assertThat(Files.readString(SOURCE))
                .doesNotContain("import io.modelhub")
                .containsOnlyOnce("io.modelhub");
    }

    @Test
    void isTheSnippetOfTheDocument() throws IOException {
        String source = Files.readString(SOURCE);
        String snippet = source.substring(
                        source.indexOf("// tag::snippet") + "// tag::snippet\n".length(),
                        source.indexOf("    // end::snippet"))
                .stripTrailing()
                .stripIndent();
        assertThat(Files.readString(Path.of("../docs/topics.md"))).contains(snippet);
    }

    private static TopicPartition writeUsage(KafkaForTests kafka, RegistryForTests registry) throws Exception {
        Topic<String, ModelMetrics> topic = new Topics(AvroSerdes.at(registry.url())).usage();
        try (Admin admin = kafka.admin()) {
            TopicCreation.ensure(admin, List.of(topic.definition()));
        }
        ModelMetrics usage = ModelMetrics.newBuilder()
                .setEventId("e-1")
                .setModel("openai/gpt-4o")
                .setOrganization("acme")
                .setTimestamp(Instant.ofEpochMilli(1_795_428_000_123L))
                .setTokensInput(4808)
                .setTokensOutput(10)
                .setCost(new BigDecimal("0.02408"))
                .setStatus(CallStatus.Error)
                .setAttributes(Map.of("team", "search"))
                .build();
        Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (KafkaProducer<String, ModelMetrics> producer = new KafkaProducer<>(
                config, topic.key().serializer(), topic.value().serializer())) {
            int partition = producer.send(new ProducerRecord<>(topic.name(), Topics.canonicalKey(usage), usage))
                    .get()
                    .partition();
            return new TopicPartition(topic.name(), partition);
        }
    }
}
