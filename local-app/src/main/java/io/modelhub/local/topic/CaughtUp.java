package io.modelhub.local.topic;

import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Knows when the aggregator's results say all that its input says: its groups have read every record of
 * {@code modelhub.usage}, of {@code modelhub.usage.corrections} and of their own internal topics, and the results have come to rest.
 */
public final class CaughtUp implements AutoCloseable {

    /** What it reads beside the catalog. */
    private static final List<TopicDefinition> INPUT = List.of(Topics.USAGE, Topics.USAGE_CORRECTIONS);

    /** What the aggregator writes. */
    private static final List<TopicDefinition> RESULTS = List.of(
            Topics.USAGE_REJECTED,
            Topics.QUOTA_KEYS,
            Topics.QUOTA_EVENTS,
            Topics.USAGE_1M,
            Topics.USAGE_15M,
            Topics.USAGE_1D,
            Topics.USAGE_1MO,
            Topics.KEY_USAGE_1D,
            Topics.RULE_USAGE_1D);

    /** A changed result is published within a second; after three without one there is none waiting. */
    private static final Duration REST = Duration.ofSeconds(3);

    /** So many offsets may be markers alone; behind more there are records, and none needs to be read to know it. */
    private static final long MOST_MARKERS = 1_000;

    private static final Duration PAUSE = Duration.ofMillis(300);

    private final Admin admin;
    private final CommittedLog log;
    private final String group;

    /** @param group what the ids of the aggregator's consumer groups begin with: its application id */
    public CaughtUp(String bootstrapServers, CommittedLog log, String group) {
        this.admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                10_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                10_000));
        this.log = log;
        this.group = group;
    }

    /** Where waiting ended. */
    public sealed interface Outcome {

        /** @param ends of the partitions of {@code modelhub.usage} that the results cover, exclusive */
        record Covered(Map<TopicPartition, Long> ends) implements Outcome {}

        /** @param reason why not yet, for people; waiting longer may help */
        record Behind(String reason) implements Outcome {}
    }

    /**
     * Waits until the results cover all of {@code modelhub.usage}.
     *
     * @throws KafkaException the broker can't be reached
     */
    public Outcome await(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        String reason = "";
        Map<TopicPartition, Long> covered = Map.of();
        Map<TopicPartition, Long> results = Map.of();
        long restingSince = System.nanoTime();
        do {
            Map<TopicPartition, Long> input = ends(INPUT);
            Map<TopicPartition, Long> output = ends(RESULTS);
            reason = backlog(input.keySet(), partition -> true);
            if (!reason.isEmpty() || !input.equals(covered) || !output.equals(results)) {
                covered = input;
                results = output;
                restingSince = System.nanoTime();
            } else if (System.nanoTime() - restingSince >= REST.toNanos()) {
                covered.keySet().removeIf(partition -> !partition.topic().equals(Topics.USAGE.name()));
                return new Outcome.Covered(covered);
            }
            Thread.sleep(PAUSE.toMillis());
        } while (System.nanoTime() < deadline);
        return new Outcome.Behind(reason.isEmpty() ? "the results keep changing" : reason);
    }

    /**
     * Waits until the groups have read all that stands on a topic now.
     *
     * @return why they may not have; empty where they have
     * @throws KafkaException the broker can't be reached
     */
    public String awaitRead(TopicDefinition topic, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Set<TopicPartition> partitions = Set.copyOf(log.partitions(topic.name()));
        String reason = backlog(partitions, partitions::contains);
        while (!reason.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(PAUSE.toMillis());
            reason = backlog(partitions, partitions::contains);
        }
        return reason;
    }

    /**
     * How far the groups have committed that they read each partition of a topic, exclusive, and no less than where retention has
     * left its first record; empty where there is no such group.
     *
     * @throws KafkaException the broker can't be reached
     */
    public Optional<Map<TopicPartition, Long>> read(TopicDefinition topic) throws InterruptedException {
        List<GroupListing> groups = groups();
        if (groups.isEmpty()) {
            return Optional.empty();
        }
        List<TopicPartition> partitions = log.partitions(topic.name());
        Map<TopicPartition, Long> read = committed(groups);
        log.beginnings(partitions).forEach((partition, first) -> read.merge(partition, first, Math::max));
        read.keySet().retainAll(partitions);
        return Optional.of(read);
    }

    /**
     * The offset behind the last record of each partition of a topic, though its transaction may not have ended. What the groups
     * wrote with what they {@link #read} stands before it.
     *
     * @throws KafkaException the broker can't be reached
     */
    public Map<TopicPartition, Long> written(TopicDefinition topic) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        log.partitions(topic.name()).forEach(partition -> asked.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> written = new HashMap<>();
        get(admin.listOffsets(asked).all()).forEach((partition, end) -> written.put(partition, end.offset()));
        return written;
    }

    private Map<TopicPartition, Long> ends(Collection<TopicDefinition> topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        topics.forEach(topic -> partitions.addAll(log.partitions(topic.name())));
        return new HashMap<>(log.ends(partitions));
    }

    /**
     * Why the groups have not read everything; empty where they have.
     *
     * @param input what they must have read, though they may not have begun to
     * @param asked which of all that they read to look at
     */
    private String backlog(Set<TopicPartition> input, Predicate<TopicPartition> asked) throws InterruptedException {
        List<GroupListing> groups = groups();
        if (groups.isEmpty()) {
            return "there is no consumer group %s".formatted(group);
        }
        for (GroupListing listing : groups) {
            if (listing.groupState().orElse(GroupState.UNKNOWN) != GroupState.STABLE) {
                return "the consumer group %s is %s"
                        .formatted(listing.groupId(), listing.groupState().orElse(GroupState.UNKNOWN));
            }
        }
        Map<TopicPartition, Long> read = committed(groups);
        input.forEach(partition -> read.putIfAbsent(partition, 0L));
        read.keySet().removeIf(asked.negate());
        long unread = unread(read);
        return unread == 0 ? "" : "at least %,d records are not yet counted".formatted(unread);
    }

    /**
     * Records behind the offsets. Offsets alone would not tell: the markers of transactions have some, too, and who has read the
     * last record may never commit that it has passed the marker.
     */
    public long unread(Map<TopicPartition, Long> read) {
        Map<TopicPartition, Long> ends = new HashMap<>(log.ends(read.keySet()));
        Map<TopicPartition, Long> beginnings = log.beginnings(read.keySet());
        Map<TopicPartition, Long> from = new HashMap<>();
        read.forEach(
                (partition, offset) -> from.put(partition, Math.max(offset, beginnings.getOrDefault(partition, 0L))));
        ends.entrySet().removeIf(end -> from.getOrDefault(end.getKey(), 0L) >= end.getValue());
        long offsets = ends.entrySet().stream()
                .mapToLong(end -> end.getValue() - from.getOrDefault(end.getKey(), 0L))
                .sum();
        if (offsets > MOST_MARKERS) {
            return offsets - MOST_MARKERS;
        }
        AtomicLong records = new AtomicLong();
        if (!ends.isEmpty()) {
            log.read(from, ends, record -> records.incrementAndGet());
        }
        return records.get();
    }

    private List<GroupListing> groups() throws InterruptedException {
        return get(admin.listGroups().all()).stream()
                .filter(listing -> listing.groupId().startsWith(group))
                .toList();
    }

    private Map<TopicPartition, Long> committed(List<GroupListing> groups) throws InterruptedException {
        Map<TopicPartition, Long> committed = new HashMap<>();
        for (GroupListing listing : groups) {
            get(admin.listConsumerGroupOffsets(listing.groupId()).partitionsToOffsetAndMetadata())
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            committed.put(partition, offset.offset());
                        }
                    });
        }
        return committed;
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
