package io.modelhub.aggregator.topology;

import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.internals.InternalTopicProperties;

/**
 * A topology in which a processor may read what it writes: the public interfaces make an internal topic only between two
 * different processors. Such a topic is created, named after the application and purged by Kafka Streams as any repartition topic.
 */
final class LoopingTopology extends Topology {

    void addInternalTopic(String name, int partitions) {
        internalTopologyBuilder.addInternalTopic(name, new InternalTopicProperties(partitions));
    }
}
