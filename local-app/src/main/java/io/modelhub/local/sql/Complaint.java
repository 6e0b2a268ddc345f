package io.modelhub.local.sql;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a statement, as a person is shown it: the line, a caret under the place, the reason. */
final class Complaint {

    private static final Pattern PLACED = Pattern.compile("line (\\d{1,6}):(\\d{1,6}): (.*)", Pattern.DOTALL);

    /** Letters before the place that are kept of a line that is too long. */
    private static final int BEFORE = 20;

    private static final String CUT = "…";

    private Complaint() {}

    /** @param lineLength letters that a line of a statement may have; 0: any number */
    static List<String> lines(String statement, String message, int lineLength) {
        Matcher placed = PLACED.matcher(message);
        List<String> lines = statement.lines().toList();
        if (!placed.matches()) {
            return List.of(message);
        }
        int line = Integer.parseInt(placed.group(1));
        int column = Integer.parseInt(placed.group(2));
        if (line < 1 || line > lines.size() || column < 1) {
            return List.of(message);
        }
        String text = lines.get(line - 1).replace('\t', ' ');
        int caret = Math.min(column - 1, text.length());
        if (lineLength > 0 && text.length() > lineLength) {
            int from = Math.max(0, Math.min(caret - BEFORE, text.length() - lineLength));
            String before = from > 0 ? CUT : "";
            String after = from + lineLength < text.length() ? CUT : "";
            text = before
                    + text.substring(
                            from + before.length(), Math.min(text.length(), from + lineLength) - after.length())
                    + after;
            caret -= from;
        }
        return List.of(text, " ".repeat(caret) + "^", placed.group(3));
    }
}
