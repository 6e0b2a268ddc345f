package io.modelhub.local;

import io.modelhub.local.demo.Demo;
import io.modelhub.local.demo.DemoSettings;
import io.modelhub.local.platform.LocalPlatform;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./modelhub demo}. */
@Command(
        name = "demo",
        description = {
            "Starts the platform, loads prices and organizations, sends LLM calls through ingest-app and shows what they cost.",
            "Which organization, key and model a call has is drawn from a fixed seed."
        })
final class DemoCommand implements Callable<Integer> {

    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = {
                "Calls to send: a CSV of TIMESTAMP,ContextTokens,GeneratedTokens (the format of the Azure LLM inference traces),"
                        + " moved in time so that it ends now, or NDJSON events as POST /v1/usage takes them.",
                "Default: calls of the demo's own making."
            })
    private @Nullable Path trace;

    @Option(
            names = "--prices",
            paramLabel = "FILE",
            description = "A LiteLLM model_prices_and_context_window.json. Default: about 40 well-known models.")
    private @Nullable Path prices;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "Send at most N calls of the trace; without a trace, make N calls (default: 20000).")
    private @Nullable Long events;

    @Option(
            names = "--speed",
            paramLabel = "X",
            description = "Send at X times the pace at which the calls were made. Default: as fast as they are taken.")
    private @Nullable Double speed;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of everything drawn at random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--exit", description = "End everything afterwards; the exit code says whether the results add up.")
    private boolean exit;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results there.")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = Terminal.ofThisProcess();
        Demo demo = Demo.of(settings(), terminal);
        Session session = new Session(terminal);
        return session.run(platform.settings(), running -> show(demo, session, running));
    }

    private int show(Demo demo, Session session, LocalPlatform running) throws InterruptedException {
        boolean addsUp = demo.run(running);
        if (!exit) {
            return session.stayUp(running);
        }
        return addsUp ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private DemoSettings settings() {
        if (events != null && events < 1) {
            throw new WrongOption("--events must be at least 1, not %d.".formatted(events));
        }
        if (speed != null && !(speed > 0 && speed < Double.POSITIVE_INFINITY)) {
            throw new WrongOption("--speed must be more than 0, not %s.".formatted(speed));
        }
        return new DemoSettings(trace, prices, events, speed, seed, json);
    }
}
