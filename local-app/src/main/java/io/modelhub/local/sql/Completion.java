package io.modelhub.local.sql;

import io.modelhub.local.sql.Vocabulary.Word;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may stand at a place of a statement. */
final class Completion {

    private static final List<Word> KEYWORDS = List.of(
                    "SELECT",
                    "DISTINCT",
                    "FROM",
                    "WHERE",
                    "AND",
                    "OR",
                    "NOT",
                    "IN",
                    "BETWEEN",
                    "LIKE",
                    "IS",
                    "NULL",
                    "JOIN",
                    "LEFT",
                    "ON",
                    "GROUP",
                    "BY",
                    "ROLLUP",
                    "HAVING",
                    "ORDER",
                    "ASC",
                    "DESC",
                    "LIMIT",
                    "OFFSET",
                    "AS",
                    "WITH",
                    "UNION",
                    "ALL",
                    "EXCEPT",
                    "INTERSECT",
                    "EXISTS",
                    "CASE",
                    "WHEN",
                    "THEN",
                    "ELSE",
                    "END",
                    "CAST",
                    "FILTER",
                    "OVER",
                    "PARTITION",
                    "EMIT",
                    "CHANGES",
                    "FINAL",
                    "SHOW",
                    "TABLES",
                    "FUNCTIONS",
                    "DESCRIBE",
                    "EXPLAIN",
                    "SET",
                    "UNSET")
            .stream()
            .map(keyword -> new Word(keyword, ""))
            .toList();

    private static final Map<String, List<Word>> AFTER = Map.of(
            "SHOW", words("TABLES", "FUNCTIONS"),
            "EMIT", words("CHANGES", "FINAL"),
            "GROUP", words("BY"),
            "ORDER", words("BY"),
            "PARTITION", words("BY"));

    private static final Set<String> BEFORE_TABLES = Set.of("FROM", "JOIN", "DESCRIBE", "\\D");

    private static final Pattern WORD = Pattern.compile("[\\w.]*$");
    private static final Pattern WORD_BEFORE = Pattern.compile("(\\\\?\\w+)\\s*$");
    private static final Pattern TABLE =
            Pattern.compile("\\b(?:FROM|JOIN)\\s+(\\w+)(?:\\s+(?:AS\\s+)?(\\w+))?", Pattern.CASE_INSENSITIVE);

    private final Vocabulary vocabulary;

    Completion(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** The word that ends there, as far as it is written; with the name before its point. */
    static String wordAt(String text, int cursor) {
        Matcher word = WORD.matcher(text.substring(0, cursor));
        return word.find() ? word.group() : "";
    }

    /**
     * Words that can stand where the one at the cursor does, not only those that begin like it; in small letters where it is.
     */
    List<Word> words(String statement, int cursor) {
        String word = wordAt(statement, cursor);
        String before = statement.substring(0, cursor - word.length());
        List<Word> words = possible(statement, before, word);
        return word.equals(word.toUpperCase(Locale.ROOT))
                ? words
                : words.stream()
                        .map(known -> new Word(known.text().toLowerCase(Locale.ROOT), known.meaning()))
                        .toList();
    }

    private List<Word> possible(String statement, String before, String word) {
        Map<String, String> tablesByName = tablesOf(statement);
        int point = word.lastIndexOf('.');
        if (point >= 0) {
            String name = word.substring(0, point);
            return columns(tablesByName.getOrDefault(upper(name), upper(name))).stream()
                    .map(column -> new Word(name + "." + column.text(), column.meaning()))
                    .toList();
        }
        Matcher wordBefore = WORD_BEFORE.matcher(before);
        String last = wordBefore.find() ? upper(wordBefore.group(1)) : "";
        if (AFTER.containsKey(last)) {
            return AFTER.get(last);
        }
        if (BEFORE_TABLES.contains(last)) {
            return tables();
        }
        Set<String> read = tablesByName.isEmpty() ? vocabulary.columns().keySet() : Set.copyOf(tablesByName.values());
        Map<String, Word> words = new LinkedHashMap<>();
        read.forEach(table -> columns(table).forEach(column -> words.putIfAbsent(column.text(), column)));
        vocabulary.functions().forEach(function -> words.putIfAbsent(function, new Word(function, "function")));
        tables().forEach(table -> words.putIfAbsent(table.text(), table));
        KEYWORDS.forEach(keyword -> words.putIfAbsent(keyword.text(), keyword));
        return List.copyOf(words.values());
    }

    /** The tables that a statement reads, by their names and by their other names in it. */
    private Map<String, String> tablesOf(String statement) {
        Map<String, String> tables = new LinkedHashMap<>();
        Matcher table = TABLE.matcher(statement);
        while (table.find()) {
            String name = upper(table.group(1));
            if (vocabulary.tables().containsKey(name)) {
                tables.put(name, name);
                if (table.group(2) != null) {
                    tables.put(upper(table.group(2)), name);
                }
            }
        }
        return tables;
    }

    private List<Word> columns(String table) {
        return vocabulary.columns().getOrDefault(table, List.of());
    }

    private List<Word> tables() {
        List<Word> tables = new ArrayList<>();
        vocabulary.tables().forEach((name, comment) -> tables.add(new Word(name, comment)));
        return tables;
    }

    private static List<Word> words(String... texts) {
        return List.of(texts).stream().map(text -> new Word(text, "")).toList();
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }
}
