package io.modelhub.local;

import io.modelhub.local.demo.Demo;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Standard output. On a terminal a live line stays in its place and never wraps; elsewhere it becomes a plain line now and
 * then.
 */
final class Terminal implements Demo.Display {

    /** The launcher sets it to the terminal's columns; it is absent where the output is no terminal. */
    private static final String COLUMNS_PROPERTY = "modelhub.columns";

    private static final String ERASE_LINE = "\r\u001b[K";
    private static final Duration PLAIN_LINE_EVERY = Duration.ofSeconds(3);

    private final PrintStream out;
    private final int columns;
    private boolean lineIsLive;
    private long lastPlainLine = System.nanoTime() - PLAIN_LINE_EVERY.toNanos();

    /** @param columns 0: no terminal */
    Terminal(PrintStream out, int columns) {
        this.out = out;
        this.columns = columns;
    }

    static Terminal ofThisProcess() {
        return new Terminal(System.out, columnsOfThisProcess());
    }

    /** 0: the output is no terminal. */
    static int columnsOfThisProcess() {
        return Integer.getInteger(COLUMNS_PROPERTY, 0);
    }

    @Override
    public synchronized void say(String line) {
        if (lineIsLive) {
            out.print(ERASE_LINE);
            lineIsLive = false;
        }
        out.println(line);
    }

    @Override
    public synchronized void live(String line) {
        if (columns > 0) {
            // A full line would make some terminals wrap.
            String shown = line.length() < columns ? line : line.substring(0, columns - 1);
            out.print(ERASE_LINE + shown);
            out.flush();
            lineIsLive = true;
        } else if (System.nanoTime() - lastPlainLine >= PLAIN_LINE_EVERY.toNanos()) {
            lastPlainLine = System.nanoTime();
            out.println(line);
        }
    }
}
