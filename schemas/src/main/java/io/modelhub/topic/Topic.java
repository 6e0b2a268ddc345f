package io.modelhub.topic;

import org.apache.kafka.common.serialization.Serde;

/**
 * A topic's name together with the types of its records, so that the three are never mixed up.
 *
 * @param <K> the key's type
 * @param <V> the value's type
 */
public record Topic<K, V>(TopicDefinition definition, Serde<K> key, Serde<V> value) {

    public String name() {
        return definition.name();
    }

    @Override
    public String toString() {
        return name();
    }
}
