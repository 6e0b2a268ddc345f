package io.modelhub.local.sql;

import com.fasterxml.jackson.databind.JsonNode;

/** Values of an answer as text. */
final class Values {

    private Values() {}

    /** Every digit of a number, and never an exponent. */
    static String plain(JsonNode value) {
        return value.isNumber()
                ? value.decimalValue().toPlainString()
                : value.isValueNode() ? value.asText() : value.toString();
    }

    /** As RFC 4180 has it; NULL is nothing, which the empty text is not. */
    static String csv(JsonNode value) {
        if (value.isNull()) {
            return "";
        }
        String text = plain(value);
        return value.isNumber() || value.isBoolean() || text.matches("[^\",\r\n]+")
                ? text
                : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
