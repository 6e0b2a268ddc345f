package io.modelhub.catalog.outbox;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.Organization;
import io.modelhub.schema.Provider;
import io.modelhub.schema.RoutingRule;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** From the outbox's form of a record to its topic's wire format, for each topic that the catalog writes. */
final class Lanes {

    private final Map<String, Lane<?>> lanes;

    Lanes(Topics topics) {
        lanes = Map.of(
                Topics.CATALOG_ORGANIZATIONS.name(), new Lane<>(topics.organizations(), Organization.class),
                Topics.CATALOG_PROVIDERS.name(), new Lane<>(topics.providers(), Provider.class),
                Topics.CATALOG_MODELS.name(), new Lane<>(topics.models(), Model.class),
                Topics.CATALOG_ROUTING_RULES.name(), new Lane<>(topics.routingRules(), RoutingRule.class),
                Topics.CATALOG_API_KEYS.name(), new Lane<>(topics.apiKeys(), APIKey.class),
                Topics.CATALOG_DELETED_MODELS.name(), new Lane<>(topics.deletedModels(), Model.class),
                Topics.CATALOG_DELETED_API_KEYS.name(), new Lane<>(topics.deletedApiKeys(), APIKey.class));
    }

    /**
     * @throws io.modelhub.wire.RegistryUnavailableException try again
     * @throws IOException the payload is damaged
     */
    byte @Nullable [] wireBytes(String topic, byte @Nullable [] payload) throws IOException {
        Lane<?> lane = lanes.get(topic);
        if (lane == null) {
            throw new IllegalStateException(
                    "the outbox holds a record for " + topic + ", which is no topic of the catalog");
        }
        return payload == null ? null : lane.wireBytes(payload);
    }

    private static final class Lane<V extends SpecificRecord> {

        private final Topic<String, V> topic;
        private final BinaryMessageDecoder<V> decoder;

        Lane(Topic<String, V> topic, Class<V> type) {
            this.topic = topic;
            this.decoder = StoredAvro.decoder(type);
        }

        byte[] wireBytes(byte[] payload) throws IOException {
            return topic.value().serializer().serialize(topic.name(), decoder.decode(payload));
        }
    }
}
