package io.modelhub.aggregator.sql;

import org.apache.calcite.linq4j.function.Strict;

/** Functions of statements over texts. One that gets null gives null. */
@Strict
public final class TextFunctions {

    /** A statement that puts texts together again and again must not fill the memory. */
    private static final int MOST_LETTERS = 10_000;

    private TextFunctions() {}

    /** CONCAT(a, b), and a || b. */
    public static String concat(String left, String right) {
        if (left.length() + right.length() > MOST_LETTERS) {
            throw StatementException.bad("a text gets longer than %d letters".formatted(MOST_LETTERS));
        }
        return left + right;
    }
}
