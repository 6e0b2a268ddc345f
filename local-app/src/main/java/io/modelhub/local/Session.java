package io.modelhub.local;

import io.modelhub.local.platform.LocalPlatform;
import io.modelhub.local.platform.PlatformSettings;
import io.modelhub.local.platform.Ports;
import io.modelhub.local.platform.StartFailure;

/** One run of the platform, from a command's first line to its last. */
final class Session {

    /** Where {@code logback.xml} finds the folder of the logs. */
    private static final String LOGS_PROPERTY = "modelhub.logs";

    /** 128 + SIGINT; the process ends with the code of the signal that it got. */
    private static final int INTERRUPTED = 130;

    /** Log4j, which the broker brings along unused, complains on the console when the process ends while it starts. */
    private static final String LOG4J_HOOK_PROPERTY = "log4j2.shutdownHookEnabled";

    private final Terminal terminal;

    Session(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What a command does with a platform that is up. */
    @FunctionalInterface
    interface Work {

        /** @return the command's exit code */
        int on(LocalPlatform platform) throws InterruptedException;
    }

    /**
     * Starts the platform, does the work and returns its exit code. The platform ends with this process: on Ctrl-C, SIGTERM
     * or its regular end.
     *
     * @throws StartFailure the platform can't start or go on
     */
    int run(PlatformSettings settings, Work work) throws InterruptedException {
        System.setProperty(LOGS_PROPERTY, settings.data().resolve("logs").toString());
        System.setProperty(LOG4J_HOOK_PROPERTY, "false");
        LocalPlatform platform = new LocalPlatform(settings, terminal::say);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(platform), "stop"));
        terminal.say("modelhub starts in " + settings.data());
        try {
            platform.start();
            announce(settings.ports());
            return work.on(platform);
        } catch (StartFailure | InterruptedException e) {
            if (platform.isClosing()) {
                return INTERRUPTED; // What fails while everything is being ended is no news.
            }
            throw e;
        }
    }

    /** Waits as long as the platform lives. Ctrl-C ends the process while this waits. */
    int stayUp(LocalPlatform platform) {
        terminal.say("Ctrl-C stops everything.");
        throw new StartFailure(platform.end().join());
    }

    private void stop(LocalPlatform platform) {
        if (!platform.isRunning()) {
            return;
        }
        long began = System.nanoTime();
        terminal.say("stopping");
        platform.close();
        terminal.say("stopped after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    }

    private void announce(Ports ports) {
        terminal.say(
                """

                  usage events in   http://127.0.0.1:%d/v1/usage
                  results           http://127.0.0.1:%d/v1/usage
                  catalog           http://127.0.0.1:%d/v1/models
                  Kafka broker      127.0.0.1:%d
                  schema registry   http://127.0.0.1:%d/apis/ccompat/v7
                """.formatted(ports.ingest(), ports.aggregator(), ports.catalog(), ports.broker(), ports.registry()));
    }
}
