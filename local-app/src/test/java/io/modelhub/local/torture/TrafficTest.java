package io.modelhub.local.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.local.platform.Distribution;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;

/** What is sent comes from the seed alone, has every twist in it, and leaves the keys alone whose quota events are foretold. */
class TrafficTest {

    private static final int EVENTS = 30_000;
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    /** Times of late calls are told from the clock: they are left out where two runs are compared. */
    private static final Set<Twist> BY_THE_CLOCK = EnumSet.of(Twist.LATE, Twist.FROM_THE_FUTURE, Twist.AT_THE_EDGE);

    /** Each value is a record of its own, by the number in its four bytes. */
    private final List<ModelMetrics> values = new ArrayList<>();

    private Cast cast;
    private Traffic traffic;

    @Test
    void hasEveryTwistInIt() {
        send(1, Set.of());

        assertThat(traffic.twists().keySet()).containsExactlyInAnyOrder(Twist.values());
        assertThat(traffic.duplicates()).isBetween(EVENTS / 100L, EVENTS / 30L);
    }

    @Test
    void leavesOutWhatItIsToldTo() {
        send(1, EnumSet.of(Twist.POISON, Twist.DUPLICATE_FAR));

        assertThat(traffic.twists()).doesNotContainKeys(Twist.POISON, Twist.DUPLICATE_FAR);
    }

    @Test
    void theSameSeedGivesTheSameEvents() {
        send(1, BY_THE_CLOCK);
        List<ModelMetrics> first = List.copyOf(values);
        send(1, BY_THE_CLOCK);
        assertThat(values).isEqualTo(first);
        send(2, BY_THE_CLOCK);
        assertThat(values).isNotEqualTo(first);
    }

    @Test
    void callsOfASteadyKeyAllComeToOnePartition() {
        Map<String, Set<Integer>> partitions = new HashMap<>();
        for (ProducerRecord<byte[], byte[]> record : send(1, EnumSet.of(Twist.POISON))) {
            String key = values.get(number(record.value())).getApiKey();
            if (key != null && cast.isSteady(key)) {
                partitions.computeIfAbsent(key, ignored -> new HashSet<>()).add(partition(record));
            }
        }
        assertThat(partitions).hasSizeGreaterThan(40);
        assertThat(partitions)
                .allSatisfy((key, itsPartitions) -> assertThat(itsPartitions).hasSize(1));
    }

    private List<ProducerRecord<byte[], byte[]>> send(long seed, Set<Twist> without) {
        values.clear();
        TortureSettings settings = new TortureSettings(
                Path.of("data"),
                new Distribution(Path.of("dist")),
                seed,
                EVENTS,
                Duration.ofDays(5),
                3,
                20,
                2,
                without);
        Topic<String, ModelMetrics> usage = new Topic<>(
                Topics.USAGE,
                Serdes.String(),
                Serdes.serdeFrom(
                        (topic, call) -> {
                            values.add(call);
                            // Long enough to be cut and changed.
                            return ByteBuffer.allocate(20)
                                    .putInt(values.size() - 1)
                                    .array();
                        },
                        (topic, bytes) -> values.get(number(bytes))));
        cast = new Cast(random(seed), BEGIN, settings.span(), 100);
        traffic = new Traffic(cast, random(seed + 1), usage, settings, BEGIN);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            records.add(traffic.next());
        }
        return records;
    }

    private static int number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt();
    }

    private static int partition(ProducerRecord<byte[], byte[]> record) {
        return record.partition() != null
                ? record.partition()
                : BuiltInPartitioner.partitionForKey(record.key(), Topics.PARTITIONS);
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
