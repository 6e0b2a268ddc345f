package io.modelhub.aggregator.quota;

import org.apache.kafka.common.serialization.Serde;

/** What a restart leaves of a state. */
final class Restart {

    private Restart() {}

    /** As after a restart. */
    static QuotaState readBack(QuotaState state) {
        try (Serde<QuotaState> serde = QuotaStateCodec.serde()) {
            return serde.deserializer().deserialize("", serde.serializer().serialize("", state));
        }
    }
}
