package io.modelhub.local.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.test.KafkaForTests;
import io.modelhub.topic.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three partitions of five records each: of one the group has read three, of one retention has taken two, the last is untouched. */
class CaughtUpIT {

    private static final String USAGE = Topics.USAGE.name();
    private static final String GROUP = "modelhub-aggregator";
    private static final TopicPartition READ = new TopicPartition(USAGE, 0);
    private static final TopicPartition SHORTENED = new TopicPartition(USAGE, 1);
    private static final TopicPartition UNTOUCHED = new TopicPartition(USAGE, 2);

    private static KafkaForTests kafka;

    @BeforeAll
    static void fill() throws Exception {
        kafka = KafkaForTests.start();
        try (Admin admin = kafka.admin();
                KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            admin.createTopics(List.of(new NewTopic(USAGE, 3, (short) 1))).all().get();
            for (TopicPartition partition : List.of(READ, SHORTENED, UNTOUCHED)) {
                for (int i = 0; i < 5; i++) {
                    send(producer, partition);
                }
            }
            producer.flush();
            admin.alterConsumerGroupOffsets(GROUP, Map.of(READ, new OffsetAndMetadata(3)))
                    .all()
                    .get();
            admin.deleteRecords(Map.of(SHORTENED, RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void saysHowFarTheGroupHasReadOfWhatIsLeft() throws Exception {
        try (CommittedLog log = new CommittedLog(kafka.bootstrapServers());
                CaughtUp results = new CaughtUp(kafka.bootstrapServers(), log, GROUP)) {
            Optional<Map<TopicPartition, Long>> read = results.read(Topics.USAGE);

            assertThat(read).hasValue(Map.of(READ, 3L, SHORTENED, 2L, UNTOUCHED, 0L));
            assertThat(results.unread(read.orElseThrow())).isEqualTo(2 + 3 + 5);
        }
    }

    @Test
    void knowsWhenNobodyReads() throws Exception {
        try (CommittedLog log = new CommittedLog(kafka.bootstrapServers());
                CaughtUp results = new CaughtUp(kafka.bootstrapServers(), log, "another")) {
            assertThat(results.read(Topics.USAGE)).isEmpty();
        }
    }

    /** What the group writes with what it reads may still be on its way to be readable. */
    @Test
    void whatIsWrittenEndsBehindOpenTransactions() throws Exception {
        try (CommittedLog log = new CommittedLog(kafka.bootstrapServers());
                CaughtUp results = new CaughtUp(kafka.bootstrapServers(), log, GROUP);
                KafkaProducer<byte[], byte[]> producer =
                        producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "open"))) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, UNTOUCHED);
            producer.flush();

            assertThat(results.written(Topics.USAGE)).isEqualTo(Map.of(READ, 5L, SHORTENED, 5L, UNTOUCHED, 6L));
            assertThat(log.ends(List.of(UNTOUCHED))).isEqualTo(Map.of(UNTOUCHED, 5L));
            producer.abortTransaction();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, TopicPartition partition) {
        producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, new byte[] {1}));
    }
}
