package io.modelhub.local.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.local.platform.Distribution;
import io.modelhub.local.topic.CommittedLog;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./modelhub torture} in short: three aggregators and their broker are killed and nothing is wrong; and it would tell. */
class TortureIT {

    @TempDir
    private Path folder;

    @Test
    void nothingIsLostOrDoubledAndWhatIsPlantedIsFound() throws Exception {
        long seed = Long.getLong("modelhub.test.seed", System.nanoTime() % 1_000_000);
        System.out.println("TortureIT runs with -Dmodelhub.test.seed=" + seed);
        TortureSettings settings = new TortureSettings(
                folder.resolve("data"),
                Distribution.ofThisBuild(),
                seed,
                40_000,
                Duration.ofDays(5),
                3,
                4,
                1,
                Set.of());
        try (Torture torture = new Torture(settings, System.out::println)) {
            torture.inflict();
            Tortured tortured = torture.compare();
            tortured.lines().forEach(System.out::println);

            assertThat(tortured.differences()).as(settings.commandLine()).isEmpty();
            assertThat(tortured.attacks().kills()).isEqualTo(4);
            assertThat(tortured.attacks().brokerKills()).isEqualTo(1);
            assertThat(tortured.reconciled().duplicates()).isPositive();
            assertThat(tortured.reconciled().keysReplayed()).isGreaterThan(40);
            assertThat(tortured.reconciled().quotaEventsFound()).isGreaterThan(100);
            assertThat(tortured.recovered().size()
                            + tortured.recoveredDisturbed().size())
                    .isPositive();

            List<String> planted = plant(torture);
            Tortured again = torture.compare();
            assertThat(again.isFlawless()).isFalse();
            assertThat(again.differences()).hasSameSizeAs(planted);
            assertThat(planted)
                    .allSatisfy(text -> assertThat(again.differences())
                            .anySatisfy(difference ->
                                    assertThat(difference.toString()).contains(text)));
            ObjectNode json = again.json();
            assertThat(json.path("seed").asLong()).isEqualTo(seed);
            assertThat(json.path("differences").asInt()).isEqualTo(planted.size());
            assertThat(json.path("found_differences")).hasSize(planted.size());
        }
    }

    /**
     * A window that lacks an event, a quota event told twice, a rejected record too many.
     *
     * @return what must be named
     */
    private static List<String> plant(Torture torture) throws Exception {
        Topics topics = torture.topics();
        try (CommittedLog log = new CommittedLog(torture.bootstrapServers());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", torture.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            ConsumerRecord<byte[], byte[]> minute = last(log, topics.usage1m());
            UsageWindowKey key = read(topics.usage1m(), topics.usage1m().key(), minute.key());
            UsageWindow window = read(topics.usage1m(), topics.usage1m().value(), minute.value());
            send(
                    producer,
                    topics.usage1m(),
                    minute,
                    UsageWindow.newBuilder(window)
                            .setRequests(window.getRequests() - 1)
                            .build());

            ConsumerRecord<byte[], byte[]> told = last(log, topics.quotaEvents());
            KeyQuotaEvent event =
                    read(topics.quotaEvents(), topics.quotaEvents().value(), told.value());
            send(producer, topics.quotaEvents(), told, event);

            ConsumerRecord<byte[], byte[]> refused = last(log, topics.usageRejected());
            RejectedUsage rejected =
                    read(topics.usageRejected(), topics.usageRejected().value(), refused.value());
            send(
                    producer,
                    topics.usageRejected(),
                    refused,
                    RejectedUsage.newBuilder(rejected)
                            .setOriginal(ByteBuffer.wrap(new byte[0]))
                            .setTopic(null)
                            .setRejectedAt(Instant.EPOCH)
                            .build());
            return List.of(
                    "%s %s %s  requests: expected %d, found %d"
                            .formatted(
                                    key.getOrganization(),
                                    key.getModel(),
                                    key.getWindowStart(),
                                    window.getRequests(),
                                    window.getRequests() - 1),
                    event.getId() + "  record: expected none, found the same event once more",
                    "modelhub.usage.rejected  all partitions  records");
        }
    }

    private static ConsumerRecord<byte[], byte[]> last(CommittedLog log, Topic<?, ?> topic) {
        List<ConsumerRecord<byte[], byte[]>> last = new ArrayList<>();
        log.read(topic.name(), record -> {
            last.clear();
            last.add(record);
        });
        return last.get(0);
    }

    private static <T> T read(Topic<?, ?> topic, Serde<T> serde, byte[] bytes) {
        return serde.deserializer().deserialize(topic.name(), bytes);
    }

    private static <V> void send(
            KafkaProducer<byte[], byte[]> producer, Topic<?, V> topic, ConsumerRecord<byte[], byte[]> like, V value)
            throws Exception {
        producer.send(new ProducerRecord<>(
                        topic.name(),
                        like.partition(),
                        like.key(),
                        topic.value().serializer().serialize(topic.name(), value)))
                .get();
    }
}
