package io.modelhub.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.test.Eventually;
import io.modelhub.test.KafkaForTests;
import io.modelhub.test.RegistryForTests;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TopicsIT {

    private static KafkaForTests kafka;
    private static RegistryForTests registry;

    @BeforeAll
    static void start() {
        kafka = KafkaForTests.start();
        registry = RegistryForTests.start();
    }

    @AfterAll
    static void stop() {
        registry.close();
        kafka.close();
    }

    @Test
    void createsWhatIsMissingOnceAndReportsWhatDiffers() throws Exception {
        try (Admin admin = kafka.admin()) {
            TopicDefinition other = TopicDefinition.state("test.other", 3);
            admin.createTopics(List.of(new NewTopic("test.other", 2, (short) 1)))
                    .all()
                    .get();

            TopicCreation first = TopicCreation.ensure(
                    admin, List.of(TopicDefinition.history("test.one", 4, Duration.ofDays(70)), other));

            assertThat(first.created()).containsExactly("test.one");
            assertThat(first.differences())
                    .containsExactlyInAnyOrder(
                            "test.other has 2 partitions instead of 3",
                            "test.other has cleanup.policy=delete instead of compact",
                            "test.other has delete.retention.ms=86400000 instead of 2592000000",
                            "test.other has message.timestamp.type=CreateTime instead of LogAppendTime");
            assertThat(TopicCreation.ensure(
                            admin, List.of(TopicDefinition.history("test.one", 4, Duration.ofDays(70)))))
                    .isEqualTo(new TopicCreation(List.of(), List.of()));
        }
    }

    /** Whoever comes first creates a topic as it is defined; its writer keeps it as long as its own settings say. */
    @Test
    void keepsATopicAsLongAsItsWriterSays() throws Exception {
        TopicDefinition defined = TopicDefinition.expiringState("test.windows", 1, Duration.ofDays(7));
        TopicDefinition wanted = defined.keptFor(Duration.ofDays(11));
        try (Admin admin = kafka.admin()) {
            TopicCreation.ensure(admin, List.of(defined));

            assertThat(TopicCreation.keep(admin, List.of(wanted)))
                    .containsExactly("test.windows has retention.ms=950400000 now instead of 604800000");
            // A broker tells a change a moment after it took it.
            Eventually.answers(
                    "what is still to be changed", () -> TopicCreation.keep(admin, List.of(wanted)), List::isEmpty);
            assertThat(TopicCreation.ensure(admin, List.of(defined)))
                    .as("for those whose setting it isn't")
                    .isEqualTo(new TopicCreation(List.of(), List.of()));
        }
    }

    @Test
    void carriesAUsageEventThereAndBack() throws Exception {
        Topic<String, ModelMetrics> usage = new Topics(AvroSerdes.at(registry.url())).usage();
        try (Admin admin = kafka.admin()) {
            TopicCreation.ensure(admin, Topics.ALL);
        }
        ModelMetrics sent = ModelMetrics.newBuilder()
                .setEventId("e-1")
                .setModel("openai/gpt-4o@2024-08-06")
                .setOrganization("acme")
                .setTimestamp(Instant.parse("2026-11-23T10:00:00.123Z"))
                .setLatencyMs(812L)
                .setTokensInput(4808)
                .setTokensOutput(10)
                .setCost(new BigDecimal("0.000000000001"))
                .setStatus(CallStatus.Success)
                .setAttributes(Map.of("team", "search"))
                .build();
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        try (KafkaProducer<String, ModelMetrics> producer = new KafkaProducer<>(
                        config, usage.key().serializer(), usage.value().serializer());
                KafkaConsumer<String, ModelMetrics> consumer = new KafkaConsumer<>(
                        config, usage.key().deserializer(), usage.value().deserializer())) {
            int partition = producer.send(new ProducerRecord<>(usage.name(), Topics.canonicalKey(sent), sent))
                    .get()
                    .partition();
            consumer.assign(List.of(new TopicPartition(usage.name(), partition)));
            ConsumerRecord<String, ModelMetrics> read =
                    consumer.poll(Eventually.PATIENCE).iterator().next();

            assertThat(read.key()).isEqualTo("acme");
            assertThat(read.value()).isEqualTo(sent);
            assertThat(read.timestampType().name).isEqualTo("LogAppendTime");
        }
    }
}
