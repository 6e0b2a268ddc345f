package io.modelhub.catalog.outbox;

import io.modelhub.catalog.audit.AuditEntry;
import io.modelhub.topic.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * One transaction's view: when it happens, and what it will publish and enter in the audit log when it commits. Whoever holds
 * one is in a transaction.
 */
public final class Change {

    private final Instant at;
    private final List<OutboxRecord> records = new ArrayList<>();
    private final List<AuditEntry> entries = new ArrayList<>();

    Change(Instant at) {
        this.at = at;
    }

    /** When the change is written, by the database's clock, in whole milliseconds. */
    public Instant at() {
        return at;
    }

    /**
     * Publishes an entity's new state, and enters in the audit log what is new in it.
     *
     * @param before null: the entity is new
     */
    public <V extends SpecificRecord> void publish(Topic<String, V> topic, String key, @Nullable V before, V after) {
        records.add(new OutboxRecord(topic.name(), key, StoredAvro.bytes(after)));
        enter(AuditEntry.of(at, key, before, after));
    }

    /** Publishes that an entity is gone, by a tombstone, and enters it in the audit log. */
    public <V extends SpecificRecord> void retract(Topic<String, V> topic, String key, V before) {
        records.add(new OutboxRecord(topic.name(), key, null));
        enter(AuditEntry.of(at, key, before, null));
    }

    /**
     * Publishes what is so already. Nothing changes, so nothing enters the audit log.
     *
     * @param state null: there is no such entity
     */
    public <V extends SpecificRecord> void publishAgain(Topic<String, V> topic, String key, @Nullable V state) {
        records.add(new OutboxRecord(topic.name(), key, state == null ? null : StoredAvro.bytes(state)));
    }

    /** Enters in the audit log what is done and publishes nothing. */
    public void enter(AuditEntry entry) {
        entries.add(entry);
    }

    List<OutboxRecord> records() {
        return records;
    }

    List<AuditEntry> entries() {
        return entries;
    }
}
