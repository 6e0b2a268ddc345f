package io.modelhub.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.local.platform.Distribution;
import io.modelhub.local.platform.StartFailure;
import io.modelhub.local.torture.Torture;
import io.modelhub.local.torture.TortureSettings;
import io.modelhub.local.torture.Tortured;
import io.modelhub.local.torture.Twist;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./modelhub torture}. */
@Command(
        name = "torture",
        description = {
            "Kills aggregators and their broker while bad traffic comes in, on servers of its own, then holds every result"
                    + " to the log: windows, days, spend, quota events one by one, rejected events.",
            "Exit code 0: nothing is lost, doubled or wrong. 1: each difference is named."
        })
final class TortureCommand implements Callable<Integer> {

    /** A longer list is in the JSON. */
    private static final int MOST_PRINTED = 20;

    /** Aggregators keep windows of a minute for seven days, and the horizon is some hours longer than the span. */
    private static final Duration LONGEST_SPAN = Duration.ofDays(6);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "How many to send (default: ${DEFAULT-VALUE}).")
    private int events;

    @Option(
            names = "--span",
            paramLabel = "DURATION",
            defaultValue = "5d",
            description = "How much event time they cover (default: ${DEFAULT-VALUE}).")
    private Duration span = Duration.ofDays(5);

    @Option(
            names = "--aggregators",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many share the work (default: ${DEFAULT-VALUE}).")
    private int aggregators;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many aggregators to kill (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--broker-kills",
            paramLabel = "N",
            defaultValue = "2",
            description = "How often to kill the broker (default: ${DEFAULT-VALUE}).")
    private int brokerKills;

    @Option(names = "--seed", paramLabel = "N", description = "Repeat the run that began with it (default: a new one).")
    private @Nullable Long seed;

    @Option(
            names = "--without",
            paramLabel = "TWIST",
            split = ",",
            description = "Leave events of a kind out, to see which one matters: ${COMPLETION-CANDIDATES}.")
    private Set<Twist> without = Set.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ".modelhub-torture",
            description = "The folder of its state and logs, emptied first (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".modelhub-torture");

    @Option(names = "--stay", description = "Leave everything running after that, to look into it, until Ctrl-C.")
    private boolean stay;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures and every difference there.")
    private @Nullable Path json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        requireAtLeast("--events", 1_000, events);
        requireAtLeast("--aggregators", 1, aggregators);
        requireAtLeast("--kills", 0, kills);
        requireAtLeast("--broker-kills", 0, brokerKills);
        if (span.compareTo(Duration.ofHours(1)) < 0 || span.compareTo(LONGEST_SPAN) > 0) {
            throw new WrongOption("--span must be from 1h to %dd, not %s.".formatted(LONGEST_SPAN.toDays(), span));
        }
        TortureSettings settings = new TortureSettings(
                data,
                Distribution.ofThisBuild(),
                seed == null ? new SecureRandom().nextInt(1_000_000) : seed,
                events,
                span,
                aggregators,
                kills,
                brokerKills,
                without);
        return RunningPlatform.quietly(() -> torture(settings));
    }

    private static void requireAtLeast(String option, int least, int value) {
        if (value < least) {
            throw new WrongOption("%s must be at least %d, not %d.".formatted(option, least, value));
        }
    }

    private int torture(TortureSettings settings) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("seed %d%n", settings.seed());
        out.flush();
        try (Torture torture = new Torture(settings, Terminal.ofThisProcess()::say)) {
            torture.inflict();
            Tortured tortured = torture.compare();
            tortured.differences().stream().limit(MOST_PRINTED).forEach(out::println);
            tortured.lines().forEach(out::println);
            if (!tortured.isFlawless()) {
                out.printf("the same again: %s%n", settings.commandLine());
                out.printf("logs: %s%n", torture.logs());
            }
            out.flush();
            write(tortured);
            if (stay) {
                out.printf(
                        "the broker is at %s, the registry at %s; Ctrl-C ends them%n",
                        torture.bootstrapServers(), torture.registryUrl());
                out.flush();
                new CountDownLatch(1).await();
            }
            return tortured.isFlawless() ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (StartFailure e) {
            throw new StartFailure("%s%nthe same again: %s".formatted(e.sentence(), settings.commandLine()), e);
        }
    }

    private void write(Tortured tortured) {
        if (json != null) {
            try {
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), tortured.json());
            } catch (IOException e) {
                throw new StartFailure("The results can't be written to %s.".formatted(json), e);
            }
        }
    }
}
