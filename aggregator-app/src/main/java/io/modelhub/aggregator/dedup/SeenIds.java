package io.modelhub.aggregator.dedup;

import io.modelhub.aggregator.ledger.Journal;
import io.modelhub.aggregator.source.Call;
import io.modelhub.aggregator.sum.BytesHash;
import java.util.Arrays;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the calls that were counted, whole, per canonical key. An id is known until the append time of what is compared with
 * it is more than the acceptance horizon past the id's own time: a function of the log alone, so that anyone can recompute it.
 *
 * <p>The ids stand in a {@link Journal} of blocks, about 20 bytes each. In memory are {@link IdTable tables} of where they stand, by
 * hash: the number of the block and the place in it. Where a hash is known the id itself is read and compared, so no call is ever taken
 * for another. One thread.
 */
public final class SeenIds {

    /** A block is dropped this much later than it could be: a call that was sent on comes a little later than others. */
    private static final long SLACK_MS = 60 * 60_000;

    private static final int ID_BITS = 10;
    private static final int LOCATION_BITS = 40;
    private static final long LOCATION = (1L << LOCATION_BITS) - 1;
    private static final long BLOCK = LOCATION >>> ID_BITS;

    /** Which table, by the bits of a hash that stand in none. */
    private static final int TABLES = 1 << 8;

    private final Journal journal;
    private final long horizonMs;
    private final IdBlock block = new IdBlock();

    /** Each makes room by itself: one of all ids would stop its task meanwhile, and take hundreds of megabytes at once. */
    private final IdTable[] tables = new IdTable[TABLES];

    /** The block that an id was last compared in: whoever repeats one call often repeats its neighbours. */
    private byte @Nullable [] lastBlock;

    private long lastBlockNumber;
    private long latestAppend = Long.MIN_VALUE;

    /** @param horizonMs how long a call's time is acceptable, in milliseconds */
    public SeenIds(KeyValueStore<byte[], byte[]> store, long horizonMs) {
        this.journal = new Journal(store, 'i');
        this.horizonMs = horizonMs;
        Arrays.setAll(tables, number -> new IdTable(this::isKept));
    }

    /** Takes up what an earlier owner of the task left. */
    public void recover() {
        journal.recover((number, value) -> {
            int[] id = {0};
            IdBlock.read(value, (canonicalKey, bytes, from, length, timestamp) -> {
                put(hash(canonicalKey, bytes, from, length), location(number, id[0]++));
                return true;
            });
        });
    }

    /**
     * Whether a call with this id was counted before; if not, it is known from now on.
     *
     * @param appendTime of the call's record, epoch milliseconds
     */
    public boolean isRepeated(Call call, long appendTime) {
        latestAppend = Math.max(latestAppend, appendTime);
        long hash = hash(call.canonicalKey(), call.id, call.idFrom, call.idLength);
        IdTable table = table(hash);
        for (int place = table.first((int) hash); table.isTaken(place); place = table.next(place)) {
            long known = table.value(place);
            if (table.low(place) == (int) hash
                    && known >>> LOCATION_BITS == hash >>> LOCATION_BITS
                    && isAt(known & LOCATION, call, appendTime)) {
                return true;
            }
        }
        put(hash, location(journal.next(), block.size()));
        block.add(call);
        if (block.isFull()) {
            logBlock();
        }
        return false;
    }

    /** Logs the ids since the last commit. */
    public void beforeCommit() {
        if (block.size() > 0) {
            logBlock();
        }
    }

    private void logBlock() {
        journal.append(block.bytes());
        block.clear();
    }

    /** Drops ids that no acceptable call can repeat. */
    public void expire() {
        while (journal.first() < journal.next() && isExpired(journal.get(journal.first()))) {
            journal.dropFirst();
        }
    }

    private boolean isExpired(byte[] ids) {
        boolean[] expired = {true};
        IdBlock.read(ids, (canonicalKey, id, from, length, timestamp) -> {
            expired[0] = timestamp + horizonMs + SLACK_MS < latestAppend;
            return expired[0];
        });
        return expired[0];
    }

    /** How many ids have a place in memory. */
    public int size() {
        return Arrays.stream(tables).mapToInt(IdTable::size).sum();
    }

    private static long location(long number, int id) {
        return (number & BLOCK) << ID_BITS | id + 1; // Never 0, which stands for nothing.
    }

    /** Whether the call's own id stands at a location, and is still to be known. */
    private boolean isAt(long location, Call call, long appendTime) {
        long number = number(location);
        if (number < journal.first()) {
            return false;
        }
        int place = (int) (location & IdBlock.MOST_IDS) - 1;
        boolean[] found = {false};
        IdBlock.read(block(number), place, (canonicalKey, id, from, length, timestamp) -> {
            found[0] = timestamp + horizonMs >= appendTime
                    && canonicalKey.equals(call.canonicalKey())
                    && Arrays.equals(id, from, from + length, call.id, call.idFrom, call.idFrom + call.idLength);
            return false;
        });
        return found[0];
    }

    /** The number of a block from its lower bits: blocks of a horizon are far fewer than there are numbers. */
    private long number(long location) {
        long behind = journal.next() - (location >>> ID_BITS) & BLOCK;
        return journal.next() - behind;
    }

    private byte[] block(long number) {
        if (number == journal.next()) {
            return block.bytes();
        }
        if (lastBlock == null || lastBlockNumber != number) {
            lastBlock = journal.get(number);
            lastBlockNumber = number;
        }
        return lastBlock;
    }

    private IdTable table(long hash) {
        return tables[(int) (hash >>> Integer.SIZE) & TABLES - 1];
    }

    /** Of the hash's high half, what doesn't choose the table stands beside the location. */
    private void put(long hash, long location) {
        table(hash).put((int) hash, hash >>> LOCATION_BITS << LOCATION_BITS | location);
    }

    private boolean isKept(long known) {
        return number(known & LOCATION) >= journal.first();
    }

    private static long hash(String canonicalKey, byte[] id, int from, int length) {
        return BytesHash.of(canonicalKey.hashCode(), id, from, length);
    }
}
