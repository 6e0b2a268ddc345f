package io.modelhub.aggregator.cluster;

import io.modelhub.topic.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;

/**
 * Which instance works on which partitions, and which ones keep standby copies, as this one last heard from the group.
 *
 * @param owned by address
 * @param copied by address
 */
record Instances(Map<String, Set<Integer>> owned, Map<String, Set<Integer>> copied) {

    static Instances of(KafkaStreams streams) {
        Collection<StreamsMetadata> all = streams.metadataForAllStreamsClients();
        return new Instances(
                partitions(all, StreamsMetadata::topicPartitions),
                partitions(all, StreamsMetadata::standbyTopicPartitions));
    }

    private static Map<String, Set<Integer>> partitions(
            Collection<StreamsMetadata> instances, Function<StreamsMetadata, Set<TopicPartition>> inputs) {
        Map<String, Set<Integer>> partitions = new TreeMap<>();
        for (StreamsMetadata instance : instances) {
            for (TopicPartition input : inputs.apply(instance)) {
                if (input.topic().equals(Topics.USAGE.name())) {
                    partitions
                            .computeIfAbsent(
                                    instance.hostInfo().host() + ":"
                                            + instance.hostInfo().port(),
                                    ignored -> new TreeSet<>())
                            .add(input.partition());
                }
            }
        }
        return partitions;
    }

    /**
     * The partitions by their owner.
     *
     * @param absence is told of those that have none
     */
    Map<String, Set<Integer>> owners(Collection<Integer> partitions, Absence absence) {
        Map<String, Set<Integer>> owners = new TreeMap<>();
        Set<Integer> away = new TreeSet<>(partitions);
        owned.forEach((owner, all) -> {
            Set<Integer> asked = new TreeSet<>(all);
            asked.retainAll(away);
            if (!asked.isEmpty()) {
                owners.put(owner, asked);
                away.removeAll(asked);
            }
        });
        if (!away.isEmpty()) {
            absence.of(away, "nobody owns partitions " + away + " now: work is being shared out");
        }
        return owners;
    }

    /** Who keeps a copy of what a partition's owner holds. */
    List<String> keepers(int partition) {
        return copied.entrySet().stream()
                .filter(instance -> instance.getValue().contains(partition))
                .map(Map.Entry::getKey)
                .toList();
    }
}
