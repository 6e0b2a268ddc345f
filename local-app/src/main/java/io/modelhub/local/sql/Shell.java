package io.modelhub.local.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;

/** A person at a terminal, in conversation with an aggregator. */
public final class Shell {

    private static final String PROMPT = "modelhub> ";
    private static final String NEXT_LINE = "       -> ";

    private final Terminal terminal;
    private final SqlServer server;
    private final Conversation conversation;
    private final LineReader reader;
    private Vocabulary vocabulary = Vocabulary.NONE;

    /** @param history where inputs are remembered; empty: nowhere */
    public Shell(Terminal terminal, SqlServer server, Conversation.Format format, Optional<Path> history) {
        this.terminal = terminal;
        this.server = server;
        this.conversation = new Conversation(server, format, terminal.writer(), terminal.writer(), terminal::getWidth);
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("modelhub")
                .parser(new StatementParser())
                .completer((lineReader, line, candidates) -> complete(line, candidates))
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, NEXT_LINE)
                .option(LineReader.Option.CASE_INSENSITIVE, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_TIMESTAMPED, false);
        history.ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
        this.reader = builder.build();
    }

    /** Until the person ends it. */
    public void run() {
        terminal.writer().println("SQL over live windows; statements end with a semicolon, \\? helps, \\q ends.");
        Thread conversing = Thread.currentThread();
        terminal.handle(Signal.INT, signal -> server.end(conversing));
        boolean goesOn = true;
        while (goesOn) {
            try {
                goesOn = takeAll(reader.readLine(PROMPT));
            } catch (UserInterruptException e) {
                // Ctrl-C at the prompt takes back what was typed.
            } catch (EndOfFileException e) {
                goesOn = false;
            }
        }
        try {
            reader.getHistory().save();
        } catch (IOException e) {
            throw new UncheckedIOException("the history can't be written", e);
        }
    }

    private boolean takeAll(String text) {
        try {
            for (String input : Statements.of(text).inputs()) {
                Conversation.Next next = conversation.take(input);
                if (next != Conversation.Next.GO_ON) {
                    return next != Conversation.Next.END;
                }
            }
        } catch (InterruptedException e) {
            terminal.writer().println("\nended by Ctrl-C");
        }
        return true;
    }

    private void complete(ParsedLine line, List<Candidate> candidates) {
        try {
            if (vocabulary.equals(Vocabulary.NONE)) {
                vocabulary = Vocabulary.of(server);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        new Completion(vocabulary)
                .words(line.line(), line.cursor())
                .forEach(word -> candidates.add(new Candidate(
                        word.text(),
                        word.text(),
                        null,
                        word.meaning().isEmpty() ? null : word.meaning(),
                        null,
                        null,
                        true)));
    }
}
