package io.modelhub.bench;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.UsageWindow;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the aggregator publishes, as a reader at read_committed sees it. */
final class ResultTopics {

    private static final List<TopicDefinition> RESULTS =
            List.of(Topics.USAGE_1M, Topics.USAGE_15M, Topics.USAGE_1D, Topics.KEY_USAGE_1D, Topics.QUOTA_KEYS);

    /** Enough to see what kind of fault it is. */
    private static final int DIFFERENCES_SHOWN = 3;

    private final String bootstrapServers;
    private final Topics topics;
    private final Admin admin;

    ResultTopics(String bootstrapServers, Topics topics, Admin admin) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.admin = admin;
    }

    /** Up to where each partition can be read: moves with each transaction that publishes, and only then. */
    Map<TopicPartition, Long> readableUpTo() throws InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = RESULTS.stream()
                .flatMap(topic -> partitions(topic).stream())
                .collect(toMap(Function.identity(), partition -> OffsetSpec.latest()));
        try {
            Map<TopicPartition, ListOffsetsResultInfo> offsets = admin.listOffsets(
                            wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get();
            return offsets.entrySet().stream()
                    .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker doesn't say how far results can be read", e.getCause());
        }
    }

    /** One sentence for each result that isn't what it must be, at most a few for each topic; none where all is right. */
    List<String> differences(Workload workload) {
        List<String> differences = new ArrayList<>();
        Map<String, Spend> organizations = workload.spendOfOrganizations();
        for (Topic<?, UsageWindow> windows : List.of(topics.usage1m(), topics.usage15m(), topics.usage1d())) {
            Map<String, Spend> found = spend(
                    windows, UsageWindow::getOrganization, window -> new Spend(window.getRequests(), window.getCost()));
            differences.addAll(differences(windows.name(), organizations, found));
        }
        Map<String, Spend> keys =
                spend(topics.keyUsage1d(), KeyUsageDay::getApiKey, day -> new Spend(day.getRequests(), day.getCost()));
        differences.addAll(differences(topics.keyUsage1d().name(), workload.spendOfKeys(), keys));
        return differences;
    }

    private static List<String> differences(String topic, Map<String, Spend> expected, Map<String, Spend> found) {
        List<String> differences = new ArrayList<>();
        expected.forEach((id, spend) -> {
            Spend actual = found.getOrDefault(id, Spend.NONE);
            if (actual.requests() != spend.requests() || actual.cost().compareTo(spend.cost()) != 0) {
                differences.add("%s says %s for %s, not %s".formatted(topic, actual, id, spend));
            }
        });
        found.keySet().stream()
                .filter(id -> !expected.containsKey(id))
                .map(id -> "%s knows %s, which made no call".formatted(topic, id))
                .forEach(differences::add);
        return differences.size() <= DIFFERENCES_SHOWN
                ? differences
                : List.of(
                        differences.get(0),
                        differences.get(1),
                        "%s differs in %,d more".formatted(topic, differences.size() - 2));
    }

    private record Owned(String owner, Spend spend) {}

    /** Adds up the last record of each key. A key stands in one partition, so one at a time is enough memory. */
    private <V> Map<String, Spend> spend(Topic<?, V> topic, Function<V, String> owner, Function<V, Spend> spend) {
        Map<String, Spend> total = new HashMap<>();
        for (TopicPartition partition : partitions(topic.definition())) {
            Map<ByteBuffer, Owned> latest = new HashMap<>();
            forEach(
                    topic,
                    partition,
                    record -> latest.put(
                            ByteBuffer.wrap(record.key()),
                            new Owned(owner.apply(record.value()), spend.apply(record.value()))));
            latest.values().forEach(owned -> total.merge(owned.owner(), owned.spend(), Spend::plus));
        }
        return total;
    }

    private <V> void forEach(
            Topic<?, V> topic, TopicPartition partition, Consumer<ConsumerRecord<byte[], V>> committed) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<byte[], V> consumer = new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), topic.value().deserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(committed);
            }
        }
    }

    static List<TopicPartition> partitions(TopicDefinition topic) {
        return IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
    }
}
