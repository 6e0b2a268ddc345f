package io.modelhub.aggregator.cluster;

import io.modelhub.topic.Topics;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;

/** Which instance works on which partitions, as this one last heard from the group. */
record Owners(Map<Integer, HostInfo> byPartition) {

    static Owners of(KafkaStreams streams) {
        Map<Integer, HostInfo> owners = new TreeMap<>();
        for (StreamsMetadata instance : streams.metadataForAllStreamsClients()) {
            for (TopicPartition input : instance.topicPartitions()) {
                if (input.topic().equals(Topics.USAGE.name())) {
                    owners.put(input.partition(), instance.hostInfo());
                }
            }
        }
        return new Owners(owners);
    }

    /**
     * The partitions by their owner.
     *
     * @param absence is told of those that have none
     */
    Map<String, Set<Integer>> of(Collection<Integer> partitions, Absence absence) {
        Map<String, Set<Integer>> owned = new TreeMap<>();
        Set<Integer> away = new TreeSet<>();
        for (int partition : partitions) {
            HostInfo owner = byPartition.get(partition);
            if (owner == null) {
                away.add(partition);
            } else {
                owned.computeIfAbsent(owner.host() + ":" + owner.port(), ignored -> new TreeSet<>())
                        .add(partition);
            }
        }
        if (!away.isEmpty()) {
            absence.of(away, "nobody owns partitions " + away + " now: work is being shared out");
        }
        return owned;
    }
}
