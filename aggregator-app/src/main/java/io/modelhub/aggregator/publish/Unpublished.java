package io.modelhub.aggregator.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What has changed since it was last published. A change is marked in the transaction that makes it and unmarked in the one
 * that publishes it, so that after a crash nothing stays unpublished. The marks of a commit stand together in few store records.
 *
 * @param <I> what is published; as text it holds no line break
 */
public final class Unpublished<I> {

    /** A total that changes is published at most this often. */
    public static final Duration PACE = Duration.ofSeconds(1);

    private static final String SEPARATOR = "\n";

    /** In characters, of at most 3 bytes: well below the 1 MiB that a broker takes for a record. */
    private static final int LONGEST_RECORD = 256 * 1024;

    private final KeyValueStore<Long, String> marks;
    private final Function<I, String> asText;
    private final Set<I> waiting = new LinkedHashSet<>();
    private final List<Long> written = new ArrayList<>();
    private long next;

    /** Takes up what an earlier owner of the task left unpublished. */
    public Unpublished(KeyValueStore<Long, String> marks, Function<I, String> asText, Function<String, I> ofText) {
        this.marks = marks;
        this.asText = asText;
        try (KeyValueIterator<Long, String> left = marks.all()) {
            while (left.hasNext()) {
                KeyValue<Long, String> mark = left.next();
                written.add(mark.key);
                next = Math.max(next, mark.key + 1);
                for (String text : mark.value.split(SEPARATOR)) {
                    waiting.add(ofText.apply(text));
                }
            }
        }
    }

    /** The store of the marks: by a running number, some marks of one commit. */
    public static StoreBuilder<KeyValueStore<Long, String>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.Long(), Serdes.String());
    }

    /** Marks what has changed; best called once per commit. */
    public void mark(Collection<I> changed) {
        StringJoiner record = new StringJoiner(SEPARATOR);
        for (I about : changed) {
            if (waiting.add(about)) {
                record.add(asText.apply(about));
                if (record.length() > LONGEST_RECORD) {
                    write(record);
                    record = new StringJoiner(SEPARATOR);
                }
            }
        }
        if (record.length() > 0) {
            write(record);
        }
    }

    private void write(StringJoiner record) {
        marks.put(next, record.toString());
        written.add(next);
        next++;
    }

    /** Publishes everything that waits, and unmarks it. */
    public void publish(Consumer<I> publisher) {
        waiting.forEach(publisher);
        waiting.clear();
        written.forEach(marks::delete);
        written.clear();
    }
}
