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
 * <p>The ids stand in a {@link Journal} of blocks, about 20 bytes each. In memory is a table of where they stand, by hash: 12
 * bytes for a place, of which at least a third is in use. Where a hash is known the id itself is read and compared, so no call
 * is ever taken for another. One thread.
 */
public final class SeenIds {

    /** A block is dropped this much later than it could be: a call that was sent on comes a little later than others. */
    private static final long SLACK_MS = 60 * 60_000;

    private static final int FEWEST_PLACES = 1 << 12;
    private static final int PLACE = 3;
    private static final int ID_BITS = 10;
    private static final int LOCATION_BITS = 40;
    private static final long LOCATION = (1L << LOCATION_BITS) - 1;
    private static final long BLOCK = LOCATION >>> ID_BITS;

    private final Journal journal;
    private final long horizonMs;
    private final IdBlock block = new IdBlock();

    /**
     * A place is three numbers beside each other, so that one look at memory finds all: the low half of an id's hash, then in two
     * halves, the high one first, 24 bits of the hash's high half and where the id stands: the number of the block and the place in it.
     * These two are 0 where nothing is.
     */
    private int[] table = new int[FEWEST_PLACES * PLACE];

    private int used;

    /** The block that an id was last compared in: whoever repeats one call often repeats its neighbours. */
    private byte @Nullable [] lastBlock;

    private long lastBlockNumber;
    private long latestAppend = Long.MIN_VALUE;

    /** @param horizonMs how long a call's time is acceptable, in milliseconds */
    public SeenIds(KeyValueStore<byte[], byte[]> store, long horizonMs) {
        this.journal = new Journal(store, 'i');
        this.horizonMs = horizonMs;
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
        int mask = places() - 1;
        int low = (int) hash;
        int place = low & mask;
        for (long known = at(place); known != 0; known = at(place)) {
            if (known >>> LOCATION_BITS == hash >>> LOCATION_BITS
                    && table[place * PLACE] == low
                    && isAt(known & LOCATION, call, appendTime)) {
                return true;
            }
            place = place + 1 & mask;
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
        return used;
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

    private int places() {
        return table.length / PLACE;
    }

    private long at(int place) {
        return at(table, place);
    }

    /** 24 bits of hash and a location; 0 where nothing is. */
    private static long at(int[] table, int place) {
        return (long) table[place * PLACE + 1] << 32 | table[place * PLACE + 2] & 0xFFFF_FFFFL;
    }

    private void put(long hash, long location) {
        if (3L * used > 2L * places()) {
            rehash();
        }
        take((int) hash, hash >>> LOCATION_BITS << LOCATION_BITS | location);
    }

    /** The first free place from the hash's own on. */
    private void take(int low, long value) {
        int mask = places() - 1;
        int place = low & mask;
        while (at(place) != 0) {
            place = place + 1 & mask;
        }
        table[place * PLACE] = low;
        table[place * PLACE + 1] = (int) (value >>> 32);
        table[place * PLACE + 2] = (int) value;
        used++;
    }

    /** Leaves out the ids whose blocks are dropped; makes room where few are. */
    private void rehash() {
        int[] before = table;
        int places = places();
        int kept = 0;
        for (int place = 0; place < places; place++) {
            if (isKept(at(place))) {
                kept++;
            }
        }
        table = new int[3L * kept > places ? 2 * before.length : before.length];
        used = 0;
        for (int place = 0; place < places; place++) {
            long known = at(before, place);
            if (isKept(known)) {
                take(before[place * PLACE], known);
            }
        }
    }

    private boolean isKept(long known) {
        return known != 0 && number(known & LOCATION) >= journal.first();
    }

    private static long hash(String canonicalKey, byte[] id, int from, int length) {
        return BytesHash.of(canonicalKey.hashCode(), id, from, length);
    }
}
