package io.modelhub.catalog.outbox;

import io.modelhub.topic.Topic;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * An entity of which the database and a compacted topic hold the same: what it takes to make either from the other. Beans of
 * this type are ordered: one comes after those that it refers to.
 *
 * @param <V> its state on the topic
 */
public interface Mirrored<V extends SpecificRecord> {

    Topic<String, V> topic();

    /** Its table, with a column {@code revision}. */
    String table();

    /** The column of the table that holds the topic's key. */
    String keyColumn();

    /** The states of those of the keys that are there, each as it would be published now. */
    Map<String, V> states(Collection<String> keys);

    /**
     * Inserts rows of these states. Their revision is 1, whatever the states say: the caller sets it.
     *
     * @param states of which none is there
     */
    void insert(Collection<V> states);
}
