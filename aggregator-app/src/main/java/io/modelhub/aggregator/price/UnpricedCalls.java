package io.modelhub.aggregator.price;

import io.modelhub.aggregator.catalog.LastingBook;
import io.modelhub.aggregator.ledger.Journal;
import io.modelhub.aggregator.source.Call;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The live calls that were counted as unpriced because their model had no price here. A price that was stated before a call was
 * written may be read a moment after the call: until every instance knows it in any case, such calls are kept, and are priced when it
 * comes. So what a call is charged doesn't depend on which of the two was read first. One thread.
 *
 * <p>They stand in a {@link Journal} of blocks, about 60 bytes each; in memory are the names of their models alone.
 */
public final class UnpricedCalls {

    /** Twice the time in which every instance knows a price that was stated. */
    static final Duration KEPT = Duration.ofMinutes(2);

    private static final int LONGEST_BLOCK = 64 * 1024;

    private final Journal journal;
    private final PackedWriter block = new PackedWriter(1024);

    /** Models of the calls in the journal and in the block. */
    private final Set<String> models = new HashSet<>();

    public UnpricedCalls(KeyValueStore<byte[], byte[]> store) {
        this.journal = new Journal(store, 'u');
    }

    /** Gets calls that have a price after all. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * @param call names and measures of it: the same object each time, without its id and its sent cost
         * @param appendTime of its record, epoch milliseconds
         */
        void visit(Call call, long appendTime);
    }

    /** Takes up what an earlier owner of the task left. */
    public void recover() {
        journal.recover((number, value) -> read(value, (call, appendTime) -> models.add(call.model)));
    }

    /**
     * Keeps a call that was counted as unpriced, if a price of its model may still be on its way.
     *
     * @param appendTime of its record, epoch milliseconds
     */
    public void add(Call call, long appendTime, long now, LastingBook<CatalogModel> prices) {
        if (now - appendTime > KEPT.toMillis() || isPriced(call.model, prices)) {
            return;
        }
        if (block.length() == 0) {
            block.writeFixed(appendTime);
        }
        write(call, appendTime);
        models.add(call.model);
        if (block.length() > LONGEST_BLOCK) {
            beforeCommit();
        }
    }

    private static boolean isPriced(String model, LastingBook<CatalogModel> prices) {
        CatalogModel known = prices.find(model);
        return known != null && !known.prices().isEmpty();
    }

    /** Logs what was kept since the last commit. */
    public void beforeCommit() {
        if (block.length() > 0) {
            journal.append(block.toBytes());
            block.clear();
        }
    }

    /**
     * Hands out the calls whose model has a price by now that charges them, and forgets those calls of the model that it doesn't:
     * it was stated after they were written.
     */
    public void price(LastingBook<CatalogModel> prices, Visitor priced) {
        Set<String> now = new HashSet<>(models);
        now.removeIf(model -> !isPriced(model, prices));
        if (now.isEmpty()) {
            return;
        }
        beforeCommit();
        for (long number = journal.first(); number < journal.next(); number++) {
            byte[] before = journal.get(number);
            block.writeFixed(begun(before));
            read(before, (call, appendTime) -> {
                CatalogModel model = prices.find(call.model);
                if (!now.contains(call.model) || model == null) {
                    write(call, appendTime);
                } else if (isCharged(call, appendTime, model)) {
                    priced.visit(call, appendTime);
                }
            });
            journal.replace(number, block.toBytes());
            block.clear();
        }
        models.removeAll(now);
    }

    /** A cost that can't be counted stays out. */
    private static boolean isCharged(Call call, long appendTime, CatalogModel model) {
        try {
            return Pricer.charge(call, appendTime, model) == CostSource.CATALOG;
        } catch (ArithmeticException e) {
            return false;
        }
    }

    /** Forgets the calls whose price every instance would know by now. */
    public void expire(long now) {
        while (journal.first() < journal.next() && now - begun(journal.get(journal.first())) > 2 * KEPT.toMillis()) {
            journal.dropFirst();
        }
        if (journal.first() == journal.next() && block.length() == 0) {
            models.clear();
        }
    }

    /** Append time of a block's first call. */
    private static long begun(byte[] block) {
        return new PackedReader(block).readFixed();
    }

    private void write(Call call, long appendTime) {
        block.writeFixed(appendTime);
        block.writeText(call.countedFor);
        block.writeText(call.apiKey == null ? "" : call.apiKey);
        block.writeText(call.routingRule == null ? "" : call.routingRule);
        block.writeText(call.model);
        call.measures.encode(block, appendTime);
    }

    private static void read(byte[] block, Visitor visitor) {
        PackedReader input = new PackedReader(block);
        input.readFixed();
        Call call = new Call();
        Measures measures = call.measures;
        while (input.hasMore()) {
            long appendTime = input.readFixed();
            call.countedFor = input.readText();
            String apiKey = input.readText();
            call.apiKey = apiKey.isEmpty() ? null : apiKey;
            String routingRule = input.readText();
            call.routingRule = routingRule.isEmpty() ? null : routingRule;
            call.model = input.readText();
            measures.decode(input, appendTime);
            visitor.visit(call, appendTime);
        }
    }
}
