package io.modelhub.aggregator.quota;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelhub.aggregator.ledger.Journal;
import io.modelhub.aggregator.ledger.StoredList;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The states of the keys whose home is this task's partition. Each commit logs those it has touched together; a checkpoint now
 * and then writes each to the store and forgets the log. One thread changes them, any may read.
 */
public final class QuotaStates implements KeyQuotas.States {

    /** What a task lends them under. */
    public static final String LENT = "quotas-lent";

    private static final String STORE = "key-quotas";

    /** Some 300 bytes each. */
    private static final int MOST_IN_MEMORY = 20_000;

    private final KeyValueStore<String, QuotaState> store;
    private final Journal journal;

    /** The keys whose states were not published when they were last written. */
    private final StoredList unpublishedKeys;

    private final Map<String, QuotaState> memory = new ConcurrentHashMap<>();
    private final Set<String> unlogged = new HashSet<>();
    private final Set<String> unwritten = new HashSet<>();
    private final Set<String> unpublished = new HashSet<>();

    QuotaStates(KeyValueStore<String, QuotaState> store, KeyValueStore<byte[], byte[]> log) {
        this.store = store;
        this.journal = new Journal(log, 's');
        this.unpublishedKeys = new StoredList(log, 'k');
    }

    /** The store of the states. */
    static StoreBuilder<KeyValueStore<String, QuotaState>> store() {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE), Serdes.String(), QuotaStateCodec.serde());
    }

    /**
     * For a processor in its {@code init}.
     *
     * @param log the store in which commits are logged
     */
    static QuotaStates in(ProcessingContext context, KeyValueStore<byte[], byte[]> log) {
        return new QuotaStates(context.getStateStore(STORE), log);
    }

    /** Takes up what an earlier owner of the task left; what may not have been published is to be published again. */
    void recover() {
        unpublishedKeys.recover(apiKey -> unpublished.add(new String(apiKey, UTF_8)));
        journal.recover((number, value) -> {
            read(value, (apiKey, state) -> {
                memory.put(apiKey, state);
                unwritten.add(apiKey);
                unpublished.add(apiKey);
            });
        });
    }

    /** Appends a key and its state, for {@link #read}. */
    public static void write(String apiKey, QuotaState state, PackedWriter output) {
        byte[] encoded = QuotaStateCodec.encode(state);
        output.writeText(apiKey);
        output.writeUnsigned(encoded.length);
        output.writeBytes(encoded);
    }

    /** Reads what {@link #write} wrote, as often as it was called. */
    public static void read(byte[] written, BiConsumer<String, QuotaState> visitor) {
        PackedReader input = new PackedReader(written);
        while (input.hasMore()) {
            visitor.accept(input.readText(), QuotaStateCodec.decode(input.readBytes((int) input.readUnsigned())));
        }
    }

    /** Null for a key without usage. For any thread. */
    @Override
    public @Nullable QuotaState get(String apiKey) {
        QuotaState known = memory.get(apiKey);
        return known != null ? known : store.get(apiKey);
    }

    /** Null for a key that wasn't used of late, too: the store isn't asked. For any thread. */
    @Nullable
    QuotaState recent(String apiKey) {
        return memory.get(apiKey);
    }

    @Override
    public void put(String apiKey, QuotaState state) {
        memory.put(apiKey, state);
        unlogged.add(apiKey);
        unpublished.add(apiKey);
    }

    @Override
    public void told(String apiKey) {
        unpublished.remove(apiKey);
    }

    /** Every key with usage, deleted ones too. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>(memory.keySet());
        try (KeyValueIterator<String, QuotaState> stored = store.all()) {
            while (stored.hasNext()) {
                KeyValue<String, QuotaState> entry = stored.next();
                keys.add(entry.key);
            }
        }
        return keys;
    }

    /** Logs what has changed since the last commit. */
    void beforeCommit() {
        if (unlogged.isEmpty()) {
            return;
        }
        journal.appendPacked(unlogged, (apiKey, output) -> write(apiKey, inMemory(apiKey), output));
        unwritten.addAll(unlogged);
        unlogged.clear();
    }

    boolean isUnpublished() {
        return !unpublished.isEmpty();
    }

    /** Hands out what has changed since the last time. */
    void publish(Consumer<String> publisher) {
        unpublished.forEach(publisher);
        unpublished.clear();
    }

    /** Writes each state that has changed, and forgets the log. */
    void checkpoint() {
        unwritten.addAll(unlogged);
        unlogged.clear();
        unwritten.forEach(apiKey -> store.put(apiKey, inMemory(apiKey)));
        unwritten.clear();
        listUnpublished();
        journal.dropAll();
        if (memory.size() > MOST_IN_MEMORY) {
            memory.clear();
        }
    }

    /** Before the log goes that says which states have changed. */
    private void listUnpublished() {
        unpublishedKeys.replace(
                unpublished.stream().map(apiKey -> apiKey.getBytes(UTF_8)).toList());
    }

    private QuotaState inMemory(String apiKey) {
        QuotaState state = memory.get(apiKey);
        if (state == null) {
            throw new IllegalStateException("the state of the key " + apiKey + " has changed and is not in memory");
        }
        return state;
    }
}
