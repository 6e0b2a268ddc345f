package io.modelhub.local;

import io.modelhub.local.platform.StartFailure;
import io.modelhub.local.reconcile.Difference;
import io.modelhub.local.reconcile.DifferenceFile;
import io.modelhub.local.reconcile.Grain;
import io.modelhub.local.reconcile.QuotaClock;
import io.modelhub.local.reconcile.Reconciled;
import io.modelhub.local.reconcile.Reconciliation;
import io.modelhub.local.reconcile.ReconciliationSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./modelhub reconcile}. */
@Command(
        name = "reconcile",
        description = {
            "Computes all results once more from the log alone, by other code, and compares them with those on the topics"
                    + " to the last digit. Names each difference.",
            "Exit code 0: there is none. 1: there are, or the results don't cover the log yet."
        })
final class ReconcileCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final RunningPlatform platform = new RunningPlatform();

    @Mixin
    private final RunningAggregator aggregator = new RunningAggregator();

    @Option(
            names = "--horizon",
            paramLabel = "DURATION",
            defaultValue = "24h",
            description = "The aggregator's acceptance-horizon (default: ${DEFAULT-VALUE}).")
    private Duration horizon = Duration.ofHours(24);

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Pass over windows and periods that begin earlier (ISO-8601).")
    private @Nullable Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "Pass over windows and periods that end later (ISO-8601).")
    private @Nullable Instant to;

    @Option(names = "--organization", paramLabel = "ID", description = "Compare this one's results alone.")
    private @Nullable String organization;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Print at most N differences (default: ${DEFAULT-VALUE}); --json has all.")
    private long limit;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures and every difference there.")
    private @Nullable Path json;

    @Option(
            names = "--quota-clock",
            paramLabel = "CLOCK",
            defaultValue = "WALL",
            description = "The aggregator's quota-clock: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private QuotaClock quotaClock = QuotaClock.WALL;

    @Option(
            names = "--quota-thresholds",
            paramLabel = "PERCENT",
            split = ",",
            defaultValue = "50,80,95",
            description = "The aggregator's quota-thresholds (default: ${DEFAULT-VALUE}).")
    private List<Integer> quotaThresholds = List.of();

    @Option(
            names = "--zones",
            paramLabel = "WHOSE",
            defaultValue = "ORGANIZATION",
            description = "Whose days and months are: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ReconciliationSettings.Zones zones = ReconciliationSettings.Zones.ORGANIZATION;

    @Option(
            names = "--grains",
            paramLabel = "GRAIN",
            split = ",",
            defaultValue = "MINUTE,QUARTER_HOUR,DAY,MONTH",
            description = "Windows to compare: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Set<Grain> grains = EnumSet.allOf(Grain.class);

    @Override
    public Integer call() throws InterruptedException {
        if (limit < 0) {
            throw new WrongOption("--limit must not be negative.");
        }
        if (horizon.isNegative() || horizon.isZero()) {
            throw new WrongOption("--horizon must be more than 0, not %s.".formatted(horizon));
        }
        Reconciliation reconciliation = new Reconciliation(new ReconciliationSettings(
                platform.bootstrapServers(),
                platform.registryUrl(),
                aggregator.group(),
                horizon,
                quotaClock,
                quotaThresholds.stream().sorted().toList(),
                zones,
                grains,
                from,
                to,
                organization,
                aggregator.patience()));
        return RunningPlatform.quietly(() -> {
            if (json == null) {
                return show(reconciliation.run(atMost(limit)));
            }
            try (DifferenceFile file = DifferenceFile.create(json)) {
                Consumer<Difference> printed = atMost(limit);
                Reconciliation.Outcome outcome = reconciliation.run(difference -> {
                    printed.accept(difference);
                    file.write(difference);
                });
                if (outcome instanceof Reconciliation.Outcome.Done done) {
                    file.finish(done.reconciled());
                }
                return show(outcome);
            }
        });
    }

    private Consumer<Difference> atMost(long most) {
        AtomicLong seen = new AtomicLong();
        PrintWriter out = spec.commandLine().getOut();
        return difference -> {
            if (seen.incrementAndGet() <= most) {
                out.println(difference);
            }
        };
    }

    private int show(Reconciliation.Outcome outcome) {
        if (outcome instanceof Reconciliation.Outcome.NotYet notYet) {
            throw new StartFailure(
                    "Nothing was compared: %s after %d s. Let no events come in for a moment, see that the aggregator runs, or wait longer with --wait."
                            .formatted(notYet.reason(), aggregator.patience().toSeconds()));
        }
        Reconciled reconciled = ((Reconciliation.Outcome.Done) outcome).reconciled();
        PrintWriter out = spec.commandLine().getOut();
        if (reconciled.differences() > limit) {
            out.printf("… and %,d more%n", reconciled.differences() - limit);
        }
        out.printf(
                "%,d events: %,d accepted, %,d of them duplicates, %,d rejected%n",
                reconciled.events(), reconciled.accepted(), reconciled.duplicates(), reconciled.rejected());
        out.printf(
                "compared %,d windows and %,d API keys, %,d of %,d events that disable or enable one; as of modelhub.usage %s%n",
                reconciled.windowsCompared(),
                reconciled.keysCompared(),
                reconciled.quotaEventsFound(),
                reconciled.quotaEventsExpected(),
                reconciled.asOf().entrySet().stream()
                        .map(end -> "%d:%d".formatted(end.getKey().partition(), end.getValue()))
                        .sorted()
                        .collect(Collectors.joining(" ")));
        out.printf("%,d differences, after %.1f s%n", reconciled.differences(), reconciled.seconds());
        out.flush();
        return reconciled.differences() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
