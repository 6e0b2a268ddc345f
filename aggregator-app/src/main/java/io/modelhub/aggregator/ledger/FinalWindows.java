package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import io.modelhub.aggregator.window.Grain;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Up to when the windows of a task's organizations are final: no call that could still come is accepted for them. What becomes
 * so is handed out once more, in steps of a quarter of an hour and a few windows at a time, straight from the pages. A crash in
 * the middle of a step hands some of it out again.
 *
 * <p>A window changes after it was final only by what no longer asks for the time of a call: a correction of prices, or a call
 * that a partition far behind sends on. It is published then as any window that changes, and is final at once. One thread.
 */
public final class FinalWindows {

    private static final byte[] KEY = {'f'};

    private final KeyValueStore<byte[], byte[]> store;
    private final Ledger ledger;
    private final long horizonMs;

    /** All windows that end by it were handed out; null until the first step is known. */
    private @Nullable Long done;

    /** The step that is being handed out: its end, the series, and the key to go on with. */
    private long target;

    private int series;
    private byte @Nullable [] position;

    /** @param horizonMs how long a call's time is acceptable, in milliseconds */
    public FinalWindows(KeyValueStore<byte[], byte[]> store, Ledger ledger, long horizonMs) {
        this.store = store;
        this.ledger = ledger;
        this.horizonMs = horizonMs;
    }

    /** Takes up what an earlier owner of the task left. A horizon that is longer now opens windows again. */
    public void recover() {
        byte[] left = store.get(KEY);
        if (left != null) {
            PackedReader input = new PackedReader(left);
            long upTo = input.readFixed();
            long horizonThen = input.readFixed();
            done = upTo - Math.max(0, horizonMs - horizonThen);
            target = done;
        }
    }

    public boolean isFinal(Cell window) {
        return done != null && window.end() <= target;
    }

    /**
     * Whether it is time to {@link #begin} a step.
     *
     * @param closed epoch milliseconds: no call before it is accepted any more
     */
    public boolean isDue(long closed) {
        return !isBusy() && stepEnd(closed) > (done == null ? 0 : done);
    }

    /** Whether a step is being handed out. */
    public boolean isBusy() {
        return position != null;
    }

    private static long stepEnd(long closed) {
        return Grain.QUARTER_HOUR.startOf(closed);
    }

    /** Begins a step where one is due. All pages must have been written: what is only in memory by then isn't found. */
    public void begin(long closed) {
        if (!isDue(closed)) {
            return;
        }
        target = stepEnd(closed);
        if (done == null) { // Nothing was accepted before it ever.
            done = target;
            save();
        } else {
            series = 0;
            position = firstKey(done);
        }
    }

    /** Hands out some windows of the step, about so many. */
    public void handOut(int count, Consumer<Cell> publisher) {
        int[] left = {count};
        while (left[0] > 0 && position != null && done != null) {
            long before = done;
            Series one = Ledger.ofOrganizations()[series];
            Optional<byte[]> next = ledger.readPages(one, position, target, page -> {
                page.forEach(cell -> {
                    if (cell.end() > before && cell.end() <= target) {
                        publisher.accept(cell);
                        left[0]--;
                    }
                });
                return left[0] > 0;
            });
            if (next.isPresent()) {
                position = next.get();
            } else if (++series < Ledger.ofOrganizations().length) {
                position = firstKey(before);
            } else {
                position = null;
                done = target;
                save();
            }
        }
    }

    private byte[] firstKey(long before) {
        Series one = Ledger.ofOrganizations()[series];
        return PageId.keyAt(one, Math.max(0, before - one.longestPage()));
    }

    private void save() {
        PackedWriter output = new PackedWriter(16);
        output.writeFixed(target);
        output.writeFixed(horizonMs);
        store.put(KEY, output.toBytes());
    }
}
