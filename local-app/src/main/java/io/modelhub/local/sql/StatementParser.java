package io.modelhub.local.sql;

import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.Parser;

/** Lets the line editor go on with another line until a statement is whole, and shows it the word to complete. */
final class StatementParser implements Parser {

    @Override
    public CompletingParsedLine parse(String text, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE && !Statements.of(text).rest().isEmpty()) {
            throw new EOFError(-1, -1, "the statement goes on until its semicolon");
        }
        return new Line(text, cursor, Completion.wordAt(text, cursor));
    }

    private record Line(String line, int cursor, String word) implements CompletingParsedLine {

        @Override
        public int wordCursor() {
            return word.length();
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(word);
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return word.length();
        }

        @Override
        public int rawWordLength() {
            return word.length();
        }
    }
}
