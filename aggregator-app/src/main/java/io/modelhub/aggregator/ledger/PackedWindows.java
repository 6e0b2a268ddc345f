package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Windows of a page as they stand in the store, in memory: a quarter of what they take as objects, and nothing for the collector to go
 * through. A window is taken out when a call comes to it; the others are written again as they are. One thread at a time.
 */
final class PackedWindows {

    private static final int FEW = 8;

    private final byte[] bytes;

    /** Where each begins, and where the last one ends. */
    private final int[] begins;

    /** Of each model and window: another one's is told without looking at it. */
    private final int[] hashes;

    /** Those that are in it no more. */
    private final BitSet taken = new BitSet();

    /** Those that have changed since they were published. */
    private final BitSet changed = new BitSet();

    /** Gets the windows one by one. */
    @FunctionalInterface
    interface Visitor {

        /**
         * @param window which on the page
         * @param sum where {@link CallSum#decodeAndAdd} reads it
         */
        void visit(String model, int window, PackedReader sum);
    }

    /** @param from where the first begins; the others follow to the end */
    PackedWindows(byte[] bytes, int from) {
        this.bytes = bytes;
        int[] foundBegins = new int[FEW];
        int[] foundHashes = new int[FEW];
        int count = 0;
        PackedReader input = new PackedReader(bytes, from, bytes.length);
        while (input.hasMore()) {
            if (count + 1 == foundBegins.length) {
                foundBegins = Arrays.copyOf(foundBegins, 2 * foundBegins.length);
                foundHashes = Arrays.copyOf(foundHashes, foundBegins.length);
            }
            foundBegins[count] = input.position();
            foundHashes[count++] = hash(input.readHash(), input.readByte());
            CallSum.skip(input);
        }
        foundBegins[count] = bytes.length;
        this.begins = Arrays.copyOf(foundBegins, count + 1);
        this.hashes = Arrays.copyOf(foundHashes, count);
    }

    private static int hash(int model, int window) {
        return 31 * model + window;
    }

    /** What it takes in memory, about. */
    int size() {
        return bytes.length + 2 * Integer.BYTES * begins.length;
    }

    /** How many there are, those that were taken out too. */
    int count() {
        return hashes.length;
    }

    private PackedReader window(int place) {
        return new PackedReader(bytes, begins[place], begins[place + 1]);
    }

    /** Where a window stands; below 0 where it doesn't. */
    int find(String model, int window) {
        int hash = hash(model.hashCode(), window);
        for (int place = 0; place < hashes.length; place++) {
            if (hashes[place] == hash && !taken.get(place)) {
                PackedReader input = window(place);
                if (input.readText().equals(model) && input.readByte() == window) {
                    return place;
                }
            }
        }
        return -1;
    }

    /** Takes a window out, for a call that changes it; gives where its sum can be read. */
    PackedReader take(int place) {
        taken.set(place);
        changed.clear(place);
        return sum(place);
    }

    private PackedReader sum(int place) {
        PackedReader input = window(place);
        input.skipText();
        input.readByte();
        return input;
    }

    /** What has changed on the page, by the order in which {@link #encode} writes the windows: it is marked here from the first one's number on. */
    void change(BitSet windows, int first) {
        changed.or(windows.get(first, first + count()));
    }

    void changeAll() {
        changed.set(0, count());
        changed.andNot(taken);
    }

    /** Appends which windows have changed, in the order in which {@link #encode} writes them; gives the number of the next one. */
    int appendChanged(BitSet windows, int first) {
        int number = first;
        for (int place : left().toArray()) {
            windows.set(number++, changed.get(place));
        }
        return number;
    }

    /** Hands out the windows that have changed since the last time. */
    void takeChanged(Visitor visitor) {
        changed.stream().forEach(place -> visit(place, visitor));
        changed.clear();
    }

    private IntStream left() {
        return IntStream.range(0, count()).filter(place -> !taken.get(place));
    }

    private void visit(int place, Visitor visitor) {
        PackedReader input = window(place);
        visitor.visit(input.readText(), input.readByte(), input);
    }

    void forEach(Visitor visitor) {
        left().forEach(place -> visit(place, visitor));
    }

    /** Else there are corrections alone. */
    boolean hasCalls() {
        return left().mapToObj(this::sum).anyMatch(CallSum::hasCalls);
    }

    /**
     * Writes the windows as they are.
     *
     * @param afterEach is called after each of them
     */
    void encode(PackedWriter output, Runnable afterEach) {
        left().forEach(place -> {
            output.writeBytes(bytes, begins[place], begins[place + 1] - begins[place]);
            afterEach.run();
        });
    }
}
