package io.modelhub.aggregator.sql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * A statement with its texts and whole numbers taken out: statements of one shape are parsed once, which takes longer than to read a
 * window.
 *
 * @param text the statement with '' and 0 in their places
 * @param literals in their order
 */
record Shape(String text, List<Parameters.Literal> literals) {

    /** Those that matter are groups; the others keep what is in them from being taken for one, or change what a text means. */
    private static final Pattern PIECE =
            Pattern.compile("(?<text>'[^']*(?:''[^']*)*')|(?<number>\\d{1,18}+)(?![\\w.])|[\\d.][\\w.]*"
                    + "|[A-Za-z_]\\w*(?:&?'[^']*')?|`[^`]*`|--[^\n]*|/\\*(?s:.*?)\\*/");

    static Shape of(String statement) {
        StringBuilder text = new StringBuilder(statement.length());
        List<Parameters.Literal> literals = new ArrayList<>();
        Matcher piece = PIECE.matcher(statement);
        int copied = 0;
        int line = 1;
        int lineBegin = 0;
        while (piece.find()) {
            boolean isText = piece.start("text") >= 0;
            if (!isText && piece.start("number") < 0) {
                continue;
            }
            for (int end = statement.indexOf('\n', lineBegin);
                    end >= 0 && end < piece.start();
                    end = statement.indexOf('\n', lineBegin)) {
                line++;
                lineBegin = end + 1;
            }
            String literal = piece.group();
            literals.add(new Parameters.Literal(
                    isText ? literal.substring(1, literal.length() - 1).replace("''", "'") : new BigDecimal(literal),
                    new SqlParserPos(line, piece.start() - lineBegin + 1)));
            text.append(statement, copied, piece.start()).append(isText ? "''" : "0");
            copied = piece.end();
        }
        return new Shape(text.append(statement, copied, statement.length()).toString(), literals);
    }
}
