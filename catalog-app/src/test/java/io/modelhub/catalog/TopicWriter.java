package io.modelhub.catalog;

import io.modelhub.topic.Topic;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes what another app would write, and waits until it is written. */
final class TopicWriter {

    private TopicWriter() {}

    static <K, V> void send(Topic<K, V> topic, K key, V value) throws Exception {
        sendBytes(topic, key, topic.value().serializer().serialize(topic.name(), value));
    }

    /** @param value whatever it is */
    static <K> void sendBytes(Topic<K, ?> topic, K key, byte[] value) throws Exception {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                Platform.shared().kafka().bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topic.name(), topic.key().serializer().serialize(topic.name(), key), value))
                    .get();
        }
    }
}
