package io.modelhub.local.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text as the inputs that it is made of: statements, which end with a semicolon, and commands, which are lines that begin with
 * a backslash.
 *
 * @param inputs whole ones, without the comments before them
 * @param rest what follows them: the beginning of one more statement; empty where there is none
 */
record Statements(List<String> inputs, String rest) {

    private static final String COMMENT = "--[^\n]*|/\\*(?s:.*?)(?:\\*/|\\z)";

    /** What may have a semicolon in it that ends nothing, and those that do end something. */
    private static final Pattern MARK = Pattern.compile("'[^']*(?:'|\\z)|`[^`]*(?:`|\\z)|" + COMMENT + "|;");

    private static final Pattern NOTHING = Pattern.compile("(?:[\\s;]+|" + COMMENT + ")*+");

    static Statements of(String text) {
        List<String> inputs = new ArrayList<>();
        int begin = afterNothing(text, 0);
        for (int end = end(text, begin); end >= 0; end = end(text, begin)) {
            inputs.add(text.substring(begin, end).strip());
            begin = afterNothing(text, end);
        }
        return new Statements(List.copyOf(inputs), text.substring(begin).stripTrailing());
    }

    private static int afterNothing(String text, int from) {
        Matcher nothing = NOTHING.matcher(text).region(from, text.length());
        return nothing.lookingAt() ? nothing.end() : from;
    }

    /** Where the input that begins there ends; -1 where it doesn't. */
    private static int end(String text, int begin) {
        if (text.startsWith("\\", begin)) {
            int line = text.indexOf('\n', begin);
            return line < 0 ? text.length() : line;
        }
        Matcher mark = MARK.matcher(text).region(begin, text.length());
        while (mark.find()) {
            if (mark.group().equals(";")) {
                return mark.end();
            }
        }
        return -1;
    }
}
