package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.NameNumbers;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Priced calls in one value, about 30 bytes each: names stand once, where they first occur, then their number. It is what a task
 * logs of a commit, and what it sends to the homes of subjects that are not its own.
 */
public final class CallBlock {

    private static final byte VERSION = 1;

    /** A thousand calls make some 30 KB, with long names 1 MB at the very worst. */
    private static final int MOST_CALLS = 1_000;

    private static final int LONGEST = 256 * 1024;

    private final PackedWriter output = new PackedWriter(8 * 1024);
    private final NameNumbers names = new NameNumbers();
    private int calls;
    private long since;

    /** Gets the calls one by one. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * @param subjects a set of {@link Subject}: those to count the call for; their identifiers are not null
         * @param measures the same object each time, filled again
         */
        void visit(
                int subjects,
                @Nullable String organization,
                @Nullable String apiKey,
                @Nullable String routingRule,
                String model,
                Measures measures);
    }

    /** @param subjects a set of {@link Subject}; the identifiers of others are not looked at */
    public void add(
            int subjects,
            @Nullable String organization,
            @Nullable String apiKey,
            @Nullable String routingRule,
            String model,
            Measures measures) {
        if (calls++ == 0) {
            since = measures.timestamp;
            output.writeByte(VERSION);
            output.writeFixed(since);
        }
        output.writeByte(subjects);
        addName(Subject.ORGANIZATION, subjects, organization);
        addName(Subject.API_KEY, subjects, apiKey);
        addName(Subject.ROUTING_RULE, subjects, routingRule);
        addName(model);
        measures.encode(output, since);
    }

    private void addName(Subject subject, int subjects, @Nullable String name) {
        if (subject.isIn(subjects)) {
            if (name == null) {
                throw new IllegalArgumentException("a call that is to count for its " + subject + " has none");
            }
            addName(name);
        }
    }

    private void addName(String name) {
        int known = names.size();
        int number = names.numberOf(name);
        output.writeUnsigned(number);
        if (number == known) {
            output.writeText(name);
        }
    }

    public boolean isEmpty() {
        return calls == 0;
    }

    /** Whether it is time to {@link #take}. */
    public boolean isFull() {
        return calls >= MOST_CALLS || output.length() > LONGEST;
    }

    /** The value; the block is empty afterwards. */
    public byte[] take() {
        byte[] value = output.toBytes();
        output.clear();
        names.clear();
        calls = 0;
        return value;
    }

    /** Reads what {@link #take} gave. */
    public static void read(byte[] value, Visitor visitor) {
        read(value, PackedReader::readText, visitor);
    }

    /**
     * Reads what {@link #take} gave.
     *
     * @param texts reads a name
     */
    static void read(byte[] value, Function<PackedReader, String> texts, Visitor visitor) {
        PackedReader input = new PackedReader(value);
        input.requireFormat("a block of calls has", VERSION);
        long since = input.readFixed();
        List<String> names = new ArrayList<>();
        Measures measures = new Measures();
        while (input.hasMore()) {
            int subjects = input.readByte();
            String organization = readName(Subject.ORGANIZATION, subjects, input, texts, names);
            String apiKey = readName(Subject.API_KEY, subjects, input, texts, names);
            String routingRule = readName(Subject.ROUTING_RULE, subjects, input, texts, names);
            String model = readName(input, texts, names);
            measures.decode(input, since);
            visitor.visit(subjects, organization, apiKey, routingRule, model, measures);
        }
    }

    private static @Nullable String readName(
            Subject subject,
            int subjects,
            PackedReader input,
            Function<PackedReader, String> texts,
            List<String> names) {
        return subject.isIn(subjects) ? readName(input, texts, names) : null;
    }

    private static String readName(PackedReader input, Function<PackedReader, String> texts, List<String> names) {
        int number = (int) input.readUnsigned();
        if (number == names.size()) {
            names.add(texts.apply(input));
        }
        return names.get(number);
    }
}
