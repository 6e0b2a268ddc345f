package io.modelhub.local.sql;

import java.util.Set;

/**
 * A column of an answer.
 *
 * @param type as ksqlDB names it, for example {@code DECIMAL(38, 12)}
 */
record Column(String name, String type) {

    private static final Set<String> NUMBERS = Set.of("INTEGER", "BIGINT", "DOUBLE", "DECIMAL");

    static Column text(String name) {
        return new Column(name, "STRING");
    }

    boolean isNumber() {
        return NUMBERS.contains(type.replaceFirst("\\(.*", ""));
    }
}
