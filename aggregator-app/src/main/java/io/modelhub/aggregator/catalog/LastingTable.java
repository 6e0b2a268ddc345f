package io.modelhub.aggregator.catalog;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * A catalog topic, and the one that says what its entities were when they were deleted. What calls are charged and whom they count for
 * doesn't end with an entity: calls that were made before are read after its tombstone where an instance is behind or begins anew.
 * The deleted come into a topology after the present: they are written before the tombstones, so whoever has read those finds them.
 *
 * @param present the entities that there are
 * @param deleted what was deleted, once or now
 */
public record LastingTable<A extends SpecificRecord, V>(CatalogTable<A, V> present, CatalogTable<A, V> deleted) {

    /** For a processor in its {@code init}. */
    public LastingBook<V> in(ProcessingContext context) {
        return new LastingBook<>(present.in(context), deleted.in(context));
    }

    /** For a reader outside the topology. */
    public LastingBook<V> in(KafkaStreams streams) {
        return new LastingBook<>(streams.store(present.query()), streams.store(deleted.query()));
    }
}
