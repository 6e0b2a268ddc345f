package io.modelhub.aggregator.sum;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers names from 0 on, in the order in which they come first. What it knows is forgotten at once, however much that is: a block is
 * begun with each commit. One thread.
 */
public final class NameNumbers {

    private static final int FEWEST_PLACES = 1 << 6;

    /** By hash, each at the first free place from there on; at most half of them are taken. */
    private @Nullable String[] names = new String[FEWEST_PLACES];

    private int[] numbers = new int[FEWEST_PLACES];

    /** A place is free unless it was taken in this round. */
    private int[] rounds = new int[FEWEST_PLACES];

    private int round = 1;
    private int size;

    /** A new name gets the {@link #size} before. */
    public int numberOf(String name) {
        int mask = names.length - 1;
        int place = hash(name) & mask;
        while (rounds[place] == round) {
            if (name.equals(names[place])) {
                return numbers[place];
            }
            place = place + 1 & mask;
        }
        take(place, name, size);
        if (2 * ++size > names.length) {
            makeRoom();
        }
        return size - 1;
    }

    private void take(int place, String name, int number) {
        names[place] = name;
        numbers[place] = number;
        rounds[place] = round;
    }

    private void makeRoom() {
        @Nullable String[] namesBefore = names;
        int[] numbersBefore = numbers;
        int[] roundsBefore = rounds;
        names = new String[2 * namesBefore.length];
        numbers = new int[names.length];
        rounds = new int[names.length];
        int mask = names.length - 1;
        for (int i = 0; i < namesBefore.length; i++) {
            String name = namesBefore[i];
            if (roundsBefore[i] == round && name != null) {
                int place = hash(name) & mask;
                while (rounds[place] == round) {
                    place = place + 1 & mask;
                }
                take(place, name, numbersBefore[i]);
            }
        }
    }

    private static int hash(String name) {
        int hash = name.hashCode() * 0x9E3779B9;
        return hash ^ hash >>> 16;
    }

    /** How many names there are: the number of the next one. */
    public int size() {
        return size;
    }

    /** Forgets all names. */
    public void clear() {
        size = 0;
        if (++round == 0) { // After 2^32 rounds an old one would seem to be this one.
            Arrays.fill(rounds, 0);
            round = 1;
        }
    }
}
