package io.modelhub.tables;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement of a document.
 *
 * @param text without comments and semicolon
 */
record Statement(String text) {

    /** A text in quotes (two, where there is a quote in it), a comment, or the end of a statement. */
    private static final Pattern TOKEN = Pattern.compile("'[^']*'|--[^\n]*|;");

    private static final Pattern DECLARED = Pattern.compile("^CREATE (?:SOURCE )?(?:TABLE|STREAM) `?(\\w+)");

    /** Those of a file in the folder of documents, in their order. */
    static List<Statement> ofDocument(String name) {
        String document;
        try {
            document = Files.readString(Path.of("..", "..", "docs", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Statement> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        Matcher token = TOKEN.matcher(document);
        int read = 0;
        while (token.find()) {
            statement.append(document, read, token.start());
            if (token.group().equals(";")) {
                statements.add(new Statement(statement.toString().strip()));
                statement.setLength(0);
            } else if (token.group().startsWith("'")) {
                statement.append(token.group());
            }
            read = token.end();
        }
        return statements;
    }

    boolean isQuery() {
        return text.startsWith("SELECT");
    }

    /** The name of the table or stream that it declares; empty where it declares none. */
    Optional<String> declared() {
        Matcher declared = DECLARED.matcher(text);
        return declared.find() ? Optional.of(declared.group(1)) : Optional.empty();
    }

    /** A value of its WITH clause. */
    Optional<String> option(String name) {
        Matcher option = Pattern.compile("\\b%s'? = '([^']*)'".formatted(name)).matcher(text);
        return option.find() ? Optional.of(option.group(1)) : Optional.empty();
    }

    /** What stands between the parentheses after the declared name, by commas that no parentheses or brackets are around. */
    List<String> columns() {
        List<String> columns = new ArrayList<>();
        StringBuilder column = new StringBuilder();
        int depth = 0;
        String inside = text.substring(text.indexOf('(') + 1).replaceAll("\\s+", " ");
        for (char letter : inside.toCharArray()) {
            depth += "(<".indexOf(letter) >= 0 ? 1 : ")>".indexOf(letter) >= 0 ? -1 : 0;
            if (depth < 0 || depth == 0 && letter == ',') {
                columns.add(column.toString().strip());
                column.setLength(0);
            } else {
                column.append(letter);
            }
            if (depth < 0) {
                break;
            }
        }
        return columns;
    }
}
