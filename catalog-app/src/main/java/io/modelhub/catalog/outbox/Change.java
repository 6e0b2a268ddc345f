package io.modelhub.catalog.outbox;

import io.modelhub.topic.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** One transaction's view: when it happens, and what it will publish when it commits. */
public final class Change {

    private final Instant at;
    private final List<OutboxRecord> records = new ArrayList<>();

    Change(Instant at) {
        this.at = at;
    }

    /** When the change is written, by the database's clock, in whole milliseconds. */
    public Instant at() {
        return at;
    }

    /** Publishes an entity's new state. */
    public <V extends SpecificRecord> void publish(Topic<String, V> topic, String key, V state) {
        records.add(new OutboxRecord(topic.name(), key, StoredAvro.bytes(state)));
    }

    /** Publishes that an entity is gone: a tombstone. */
    public void retract(Topic<String, ?> topic, String key) {
        records.add(new OutboxRecord(topic.name(), key, null));
    }

    List<OutboxRecord> records() {
        return records;
    }
}
