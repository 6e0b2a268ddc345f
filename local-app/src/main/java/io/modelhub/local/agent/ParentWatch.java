package io.modelhub.local.agent;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * A Java agent that ties a child process to its parent's life. The parent holds the other end of the child's standard input
 * and never writes to it; the operating system closes it when the parent ends, however it went, {@code kill -9} included. The
 * child then ends in an orderly way, and by force where that takes too long.
 *
 * <p>Ctrl-C reaches every process of a terminal's group at once, as does the loss of the terminal. The child leaves both to
 * its parent, which ends its children in the order in which they depend on each other.
 */
public final class ParentWatch {

    /** Longer than an app's own graceful shutdown takes while its broker still answers. */
    private static final Duration ORDERLY_END = Duration.ofSeconds(8);

    /** As a process that its terminal has hung up on: 128 + SIGHUP. */
    private static final int PARENT_GONE = 129;

    private ParentWatch() {}

    /** Called by the JVM before the program's own main method. */
    public static void premain(String arguments) {
        leaveToParent("INT");
        leaveToParent("HUP");
        daemon("parent-watch", ParentWatch::endWithParent);
    }

    private static void leaveToParent(String signal) {
        Signal.handle(new Signal(signal), SignalHandler.SIG_IGN);
    }

    private static void endWithParent() {
        try (InputStream parent = new FileInputStream(FileDescriptor.in)) {
            while (parent.read() >= 0) {
                // The parent has nothing to say; only its end counts.
            }
        } catch (IOException e) {
            // A broken pipe says the same as its end.
        }
        daemon("parent-watch-halt", ParentWatch::haltLater);
        System.exit(PARENT_GONE);
    }

    private static void haltLater() {
        try {
            Thread.sleep(ORDERLY_END.toMillis());
        } catch (InterruptedException e) {
            // Nobody interrupts it; if somebody did, halting at once is still right.
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(PARENT_GONE);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
