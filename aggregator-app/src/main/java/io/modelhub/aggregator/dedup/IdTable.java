package io.modelhub.aggregator.dedup;

import java.util.function.LongPredicate;

/** Some ids' places, by hash, of which at least a third is in use: 12 bytes each. Several ids may have one hash. One thread. */
final class IdTable {

    private static final int FEWEST_PLACES = 1 << 4;
    private static final int PLACE = 3;

    private final LongPredicate isKept;

    /**
     * A place is three numbers beside each other, so that one look at memory finds all: the low half of an id's hash, then its value in
     * two halves, the high one first; these two are 0 where nothing is.
     */
    private int[] table = new int[FEWEST_PLACES * PLACE];

    private int used;

    /** @param isKept by an id's value: what isn't is left out when room is made */
    IdTable(LongPredicate isKept) {
        this.isKept = isKept;
    }

    int size() {
        return used;
    }

    /** Where to look first for an id with this low half of a hash; {@link #next} says where from there on, while a place {@link #isTaken}. */
    int first(int low) {
        return low & mask();
    }

    int next(int place) {
        return place + 1 & mask();
    }

    boolean isTaken(int place) {
        return value(place) != 0;
    }

    int low(int place) {
        return table[place * PLACE];
    }

    long value(int place) {
        return value(table, place);
    }

    private static long value(int[] table, int place) {
        return (long) table[place * PLACE + 1] << Integer.SIZE | table[place * PLACE + 2] & 0xFFFF_FFFFL;
    }

    /** @param value not 0 */
    void put(int low, long value) {
        if (3L * used > 2L * places()) {
            makeRoom();
        }
        take(low, value);
    }

    private void take(int low, long value) {
        int place = first(low);
        while (isTaken(place)) {
            place = next(place);
        }
        table[place * PLACE] = low;
        table[place * PLACE + 1] = (int) (value >>> Integer.SIZE);
        table[place * PLACE + 2] = (int) value;
        used++;
    }

    /** Leaves out what isn't kept; takes twice the places where little is left out. */
    private void makeRoom() {
        int[] before = table;
        int places = places();
        int kept = 0;
        for (int place = 0; place < places; place++) {
            if (isKept(before, place)) {
                kept++;
            }
        }
        table = new int[3L * kept > places ? 2 * before.length : before.length];
        used = 0;
        for (int place = 0; place < places; place++) {
            if (isKept(before, place)) {
                take(before[place * PLACE], value(before, place));
            }
        }
    }

    private boolean isKept(int[] places, int place) {
        long value = value(places, place);
        return value != 0 && isKept.test(value);
    }

    private int places() {
        return table.length / PLACE;
    }

    private int mask() {
        return places() - 1;
    }
}
