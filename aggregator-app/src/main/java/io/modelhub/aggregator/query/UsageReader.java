package io.modelhub.aggregator.query;

import io.modelhub.aggregator.window.Grain;
import io.modelhub.aggregator.window.WindowId;
import io.modelhub.aggregator.window.WindowSum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;

/** Reads windows from the stores. */
public final class UsageReader {

    /** Most windows that one answer may be made of. */
    public static final int MAX_WINDOWS = 200_000;

    private static final Comparator<WindowId> ORDER = Comparator.comparing(WindowId::organization)
            .thenComparing(WindowId::model)
            .thenComparing(WindowId::start);

    private final Stores stores;

    public UsageReader(Stores stores) {
        this.stores = stores;
    }

    /** @throws TooManyWindowsException the query covers more windows than an answer may be made of */
    public StoreAnswer<UsageRows> read(UsageQuery query) {
        Grain grain = query.grain();
        StoreQueryParameters<ReadOnlyWindowStore<String, byte[]>> store =
                StoreQueryParameters.fromNameAndType(grain.store(), QueryableStoreTypes.windowStore());
        return stores.read(streams -> query.groupBy() == UsageQuery.GroupBy.NONE
                ? ungrouped(streams.store(store), query)
                : grouped(streams.store(store), query));
    }

    private static UsageRows ungrouped(ReadOnlyWindowStore<String, byte[]> windows, UsageQuery query) {
        TreeMap<WindowId, WindowSum> sums = new TreeMap<>(ORDER);
        WindowSum total = new WindowSum();
        scan(windows, query, (window, sum) -> {
            sums.put(window, sum);
            total.add(sum);
        });
        List<UsageRows.Row> rows = new ArrayList<>(sums.size());
        sums.forEach((window, sum) -> rows.add(new UsageRows.Row(
                window.organization(),
                window.model(),
                Instant.ofEpochMilli(window.start()),
                Instant.ofEpochMilli(window.grain().endOf(window.start())),
                sum)));
        return new UsageRows(rows, total);
    }

    private static UsageRows grouped(ReadOnlyWindowStore<String, byte[]> windows, UsageQuery query) {
        boolean byOrganization = query.groupBy() == UsageQuery.GroupBy.ORGANIZATION;
        TreeMap<String, WindowSum> sums = new TreeMap<>();
        WindowSum total = new WindowSum();
        scan(windows, query, (window, sum) -> {
            String group = byOrganization ? window.organization() : window.model();
            sums.computeIfAbsent(group, ignored -> new WindowSum()).add(sum);
            total.add(sum);
        });
        List<UsageRows.Row> rows = new ArrayList<>(sums.size());
        sums.forEach((group, sum) -> rows.add(
                byOrganization
                        ? new UsageRows.Row(group, null, null, null, sum)
                        : new UsageRows.Row(null, group, null, null, sum)));
        return new UsageRows(rows, total);
    }

    private static void scan(
            ReadOnlyWindowStore<String, byte[]> windows, UsageQuery query, BiConsumer<WindowId, WindowSum> visitor) {
        int visited = 0;
        try (KeyValueIterator<Windowed<String>, byte[]> found = fetch(windows, query)) {
            while (found.hasNext()) {
                KeyValue<Windowed<String>, byte[]> entry = found.next();
                WindowId window = WindowId.of(
                        query.grain(), entry.key.key(), entry.key.window().start());
                if (matches(window, query)) {
                    if (++visited > MAX_WINDOWS) {
                        throw new TooManyWindowsException(MAX_WINDOWS);
                    }
                    visitor.accept(window, WindowSum.decode(entry.value));
                }
            }
        }
    }

    private static KeyValueIterator<Windowed<String>, byte[]> fetch(
            ReadOnlyWindowStore<String, byte[]> windows, UsageQuery query) {
        Instant last = query.to().minusMillis(1);
        return query.organization()
                .map(organization -> windows.fetch(
                        WindowId.firstKeyOf(organization), WindowId.lastKeyOf(organization), query.from(), last))
                .orElseGet(() -> windows.fetchAll(query.from(), last));
    }

    private static boolean matches(WindowId window, UsageQuery query) {
        return query.organization().map(window.organization()::equals).orElse(true)
                && query.model().map(window.model()::equals).orElse(true);
    }
}
