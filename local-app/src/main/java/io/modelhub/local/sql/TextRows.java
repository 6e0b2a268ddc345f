package io.modelhub.local.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jline.utils.AttributedString;

/**
 * Draws rows as a table for people: numbers to the right, texts cut where the line would be too long. A number is never cut:
 * where the columns can't be beside each other, each row is drawn as lines of names and values.
 */
final class TextRows implements Rows {

    /** Rows that are laid out together; wider ones that come later begin a new table. */
    static final int MANY = 1_000;

    private static final String BETWEEN = " | ";
    private static final String CUT = "…";

    /** A text is not cut to less. */
    private static final int SHORTEST = 8;

    private final PrintWriter out;
    private final int lineLength;
    private final int together;
    private final List<List<String>> waiting = new ArrayList<>();
    private List<Column> columns = List.of();
    private int[] natural = {};
    private int[] drawn = {};
    private long count;

    /**
     * @param lineLength letters that a line may have; 0: any number
     * @param together how many rows may wait for others; 1: each is drawn at once
     */
    TextRows(PrintWriter out, int lineLength, int together) {
        this.out = out;
        this.lineLength = lineLength == 0 ? Integer.MAX_VALUE : lineLength;
        this.together = together;
    }

    @Override
    public void begin(List<Column> begun) {
        draw();
        columns = begun;
        natural = columns.stream().mapToInt(column -> length(column.name())).toArray();
        drawn = new int[] {};
        if (together == 1) {
            draw();
        }
    }

    @Override
    public void row(List<JsonNode> values) {
        List<String> texts = values.stream().map(TextRows::text).toList();
        for (int i = 0; i < natural.length; i++) {
            natural[i] = Math.max(natural[i], length(texts.get(i)));
        }
        waiting.add(texts);
        count++;
        if (waiting.size() >= together) {
            draw();
        }
    }

    @Override
    public void end(Duration took) {
        draw();
        out.printf(Locale.ROOT, "(%,d %s, %,d ms)%n", count, count == 1 ? "row" : "rows", took.toMillis());
        out.flush();
    }

    private void draw() {
        int[] widths = fitted();
        if (widths.length == 0) {
            drawRecords();
        } else {
            if (!Arrays.equals(widths, drawn)) {
                drawHeader(widths);
                drawn = widths;
            }
            waiting.forEach(row -> out.println(line(row, widths)));
        }
        waiting.clear();
        out.flush();
    }

    /** Widths of the columns; none where they can't be beside each other. */
    private int[] fitted() {
        int[] widths = natural.clone();
        long tooLong = IntStream.of(widths).asLongStream().sum()
                + (long) BETWEEN.length() * (widths.length - 1)
                + 2
                - lineLength;
        for (; tooLong > 0; tooLong--) {
            int longest = -1;
            for (int i = 0; i < widths.length; i++) {
                if (!columns.get(i).isNumber()
                        && widths[i] > SHORTEST
                        && (longest < 0 || widths[i] > widths[longest])) {
                    longest = i;
                }
            }
            if (longest < 0) {
                return new int[] {};
            }
            widths[longest]--;
        }
        return widths;
    }

    private void drawHeader(int[] widths) {
        if (columns.isEmpty()) {
            return;
        }
        out.println(line(columns.stream().map(Column::name).toList(), widths));
        out.println(IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining("-+-", "-", "-")));
    }

    private String line(List<String> texts, int[] widths) {
        StringBuilder line = new StringBuilder(" ");
        for (int i = 0; i < widths.length; i++) {
            String text = cut(texts.get(i), widths[i]);
            String blanks = " ".repeat(widths[i] - length(text));
            line.append(i == 0 ? "" : BETWEEN).append(columns.get(i).isNumber() ? blanks + text : text + blanks);
        }
        return line.toString().stripTrailing();
    }

    private void drawRecords() {
        int names =
                columns.stream().mapToInt(column -> length(column.name())).max().orElse(0);
        int room = Math.max(SHORTEST, lineLength - names - BETWEEN.length());
        long number = count - waiting.size();
        for (List<String> row : waiting) {
            out.printf(Locale.ROOT, "-- row %,d%n", ++number);
            for (int i = 0; i < columns.size(); i++) {
                String name = columns.get(i).name();
                out.println(name + " ".repeat(names - length(name)) + BETWEEN + cut(row.get(i), room));
            }
        }
    }

    /** What a terminal would obey is a blank: texts come from anywhere. */
    private static String text(JsonNode value) {
        return value.isNull() ? "NULL" : Values.plain(value).replaceAll("\\p{Cntrl}", " ");
    }

    /** Columns of a terminal. */
    private static int length(String text) {
        return new AttributedString(text).columnLength();
    }

    private static String cut(String text, int most) {
        return length(text) <= most
                ? text
                : new AttributedString(text).columnSubSequence(0, most - 1).toString() + CUT;
    }
}
