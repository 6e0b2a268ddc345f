package io.modelhub.aggregator.catalog;

import io.modelhub.aggregator.ledger.UnloggedStore;
import io.modelhub.topic.Topic;
import io.modelhub.wire.MalformedRecordException;
import io.modelhub.wire.PatientDeserializer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.internals.StateStoreProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted catalog topic and the {@link CatalogBook} that is made of it.
 *
 * @param <A> the topic's Avro type
 * @param <V> what the book keeps of a record
 */
public final class CatalogTable<A extends SpecificRecord, V> {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogTable.class);

    private final String store;
    private final Topic<String, A> topic;
    private final ToLongFunction<A> revision;
    private final Function<A, V> view;

    /**
     * @param store name of the global store
     * @param revision of a record: a lower one than known is ignored
     * @param view what to keep of a record
     */
    public CatalogTable(String store, Topic<String, A> topic, ToLongFunction<A> revision, Function<A, V> view) {
        this.store = store;
        this.topic = topic;
        this.revision = revision;
        this.view = view;
    }

    /** Adds the topic as a global store. A record that can't be read is logged and skipped: what was known stays. */
    public void addTo(Topology topology) {
        // A book for each instance of Kafka Streams; the processor finds its own by name.
        topology.addGlobalStore(
                UnloggedStore.unlogged(store, () -> new CatalogBook<V>(store)),
                "read-" + store + "-source",
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                topic.name(),
                "read-" + store,
                () -> new BookKeeper(new PatientDeserializer<>(topic.value().deserializer())));
    }

    /** The book, for a processor in its {@code init}. */
    public CatalogBook<V> in(ProcessingContext context) {
        return context.getStateStore(store);
    }

    /** The book, for a reader outside the topology. */
    public StoreQueryParameters<CatalogBook<V>> query() {
        return StoreQueryParameters.fromNameAndType(store, new BookType<>());
    }

    private final class BookKeeper extends ContextualProcessor<String, byte[], Void, Void> {

        private final Deserializer<A> deserializer;
        private @Nullable CatalogBook<V> book;

        BookKeeper(Deserializer<A> deserializer) {
            this.deserializer = deserializer;
        }

        @Override
        public void process(Record<String, byte[]> record) {
            CatalogBook<V> open = book();
            if (record.value() == null) {
                open.delete(record.key());
                return;
            }
            try {
                A entity = deserializer.deserialize(topic.name(), record.value());
                open.put(record.key(), view.apply(entity), revision.applyAsLong(entity));
            } catch (MalformedRecordException e) {
                LOG.error(
                        "{} has a record that can't be read, under the key {}; it is skipped", topic, record.key(), e);
            }
        }

        private CatalogBook<V> book() {
            if (book == null) {
                book = in(context());
            }
            return book;
        }
    }

    private static final class BookType<V> implements QueryableStoreType<CatalogBook<V>> {

        @Override
        public boolean accepts(StateStore stateStore) {
            return stateStore instanceof CatalogBook;
        }

        @Override
        public CatalogBook<V> create(StateStoreProvider storeProvider, String storeName) {
            return storeProvider.stores(storeName, this).get(0);
        }
    }
}
