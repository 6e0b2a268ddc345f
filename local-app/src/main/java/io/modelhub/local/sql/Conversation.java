package io.modelhub.local.sql;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statements and commands, one after the other, and what they leave for the next one: properties, and what to watch. */
public final class Conversation {

    private static final String HELP = """
            SELECT …;               the rows as they are now; with EMIT CHANGES or EMIT FINAL, as they change, until Ctrl-C
            SHOW TABLES;            also SHOW FUNCTIONS, DESCRIBE table, EXPLAIN SELECT …
            SET 'name'='value';     a property of the statements that follow; UNSET 'name'; forgets it
            \\d, \\dt                 tables
            \\d TABLE                columns of a table
            \\watch [SECONDS]        the last statement again and again, every 2 seconds, until Ctrl-C
            \\? \\q                   this help; the end
            """;

    private static final Pattern SETTING = Pattern.compile(
            "SET\\s+'([^']+)'\\s*=\\s*'([^']*)'\\s*;|UNSET\\s+'([^']+)'\\s*;", Pattern.CASE_INSENSITIVE);

    private static final Pattern LIVE = Pattern.compile("\\bEMIT\\s+(?:CHANGES|FINAL)\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern SECONDS = Pattern.compile("\\d{1,5}(?:\\.\\d{1,3})?");
    private static final String EVERY = "2";

    private final SqlServer server;
    private final Format format;
    private final PrintWriter out;
    private final PrintWriter err;
    private final IntSupplier lineLength;
    private final Map<String, String> properties = new TreeMap<>();
    private String last = "";

    /** @param lineLength letters that a line of a table may have, asked for each table; 0: any number */
    public Conversation(SqlServer server, Format format, PrintWriter out, PrintWriter err, IntSupplier lineLength) {
        this.server = server;
        this.format = format;
        this.out = out;
        this.err = err;
        this.lineLength = lineLength;
    }

    /** How rows are written. */
    public enum Format {
        TABLE,
        CSV,
        JSON
    }

    /** What the author of an input does next. */
    enum Next {
        GO_ON,
        FAILED,
        END
    }

    /**
     * Runs all statements of a text, the last one even without a semicolon, until one fails.
     *
     * @return whether none did
     */
    public boolean all(String text) throws InterruptedException {
        Statements statements = Statements.of(text);
        for (String input : statements.inputs()) {
            Next next = take(input);
            if (next != Next.GO_ON) {
                return next == Next.END;
            }
        }
        return statements.rest().isEmpty() || take(statements.rest() + ";") == Next.GO_ON;
    }

    /** @param input a whole statement or command */
    Next take(String input) throws InterruptedException {
        try {
            return input.startsWith("\\") ? command(input.split("\\s+")) : statement(input);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private Next command(String[] words) throws InterruptedException {
        String argument = words.length > 1 ? words[1].replaceFirst(";$", "") : "";
        return switch (words[0].replaceFirst(";$", "")) {
            case "\\q" -> Next.END;
            case "\\?" -> {
                out.print(HELP);
                yield Next.GO_ON;
            }
            case "\\dt" -> run("SHOW TABLES;");
            case "\\d" -> run(argument.isEmpty() ? "SHOW TABLES;" : "DESCRIBE " + argument + ";");
            case "\\watch" -> watch(argument.isEmpty() ? EVERY : argument);
            default -> failed("There is no %s; \\? lists what there is.".formatted(words[0]));
        };
    }

    private Next watch(String seconds) throws InterruptedException {
        if (!SECONDS.matcher(seconds).matches() || Double.parseDouble(seconds) == 0) {
            return failed("\\watch takes seconds, for example \\watch 5.");
        }
        if (last.isEmpty()) {
            return failed("There is no statement to watch yet.");
        }
        if (isLive(last)) {
            return failed("The last statement shows changes as they come; there is nothing to repeat.");
        }
        while (true) {
            out.printf("-- %s, every %s s until Ctrl-C%n", Instant.now().truncatedTo(ChronoUnit.SECONDS), seconds);
            Next next = run(last);
            if (next != Next.GO_ON) {
                return next;
            }
            out.flush();
            Thread.sleep(Math.round(Double.parseDouble(seconds) * 1_000));
        }
    }

    private Next statement(String statement) throws InterruptedException {
        Matcher setting = SETTING.matcher(statement);
        if (setting.matches()) {
            if (setting.group(1) != null) {
                properties.put(setting.group(1), setting.group(2));
            } else {
                properties.remove(setting.group(3));
            }
            return Next.GO_ON;
        }
        last = statement;
        return run(statement);
    }

    private Next run(String statement) throws InterruptedException {
        Outcome outcome = server.answer(statement, properties, rows(statement));
        if (outcome instanceof Outcome.Refused refused) {
            Complaint.lines(statement, refused.message(), lineLength.getAsInt()).forEach(err::println);
            return Next.FAILED;
        }
        return outcome instanceof Outcome.Away away ? failed(away.reason()) : Next.GO_ON;
    }

    private Next failed(String why) {
        err.println(why);
        return Next.FAILED;
    }

    private Rows rows(String statement) {
        return switch (format) {
            case TABLE -> new TextRows(out, lineLength.getAsInt(), isLive(statement) ? 1 : TextRows.MANY);
            case CSV -> new CsvRows(out);
            case JSON -> new JsonRows(out);
        };
    }

    private static boolean isLive(String statement) {
        return LIVE.matcher(statement).find();
    }
}
