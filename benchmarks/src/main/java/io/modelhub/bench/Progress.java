package io.modelhub.bench;

import java.io.PrintWriter;
import java.util.Locale;

/** Tells people what goes on, on standard error, so that the figures on standard output stand alone. One thread. */
final class Progress {

    private static final long PACE_NANOS = 2_000_000_000L;

    private final PrintWriter output;
    private final long began = System.nanoTime();
    private long lastSaid = began;

    Progress(PrintWriter output) {
        this.output = output;
    }

    void say(String format, Object... arguments) {
        lastSaid = System.nanoTime();
        output.printf(Locale.ROOT, "%6.1f s  %s%n", (lastSaid - began) / 1e9, format.formatted(arguments));
        output.flush();
    }

    /** As {@link #say}, if nothing was said for a while. */
    void now(String format, Object... arguments) {
        if (System.nanoTime() - lastSaid > PACE_NANOS) {
            say(format, arguments);
        }
    }
}
