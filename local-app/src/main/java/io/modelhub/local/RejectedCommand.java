package io.modelhub.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.local.rejected.RejectedFilter;
import io.modelhub.local.rejected.RejectedLog;
import io.modelhub.local.rejected.RejectedReplay;
import io.modelhub.local.rejected.RejectedSummary;
import io.modelhub.local.rejected.ReplaySettings;
import io.modelhub.local.rejected.Replayed;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./modelhub rejected}. */
@Command(
        name = "rejected",
        description =
                "Lists the events that were not counted, and why: how many for each reason, and the latest of them.",
        subcommands = RejectedCommand.ReplayCommand.class)
final class RejectedCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final RunningPlatform platform = new RunningPlatform();

    @Mixin
    private final Which which = new Which();

    @Mixin
    private final JsonFile json = new JsonFile();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Show at most N events (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() throws InterruptedException {
        if (limit < 0) {
            throw new WrongOption("--limit must not be negative.");
        }
        PrintWriter out = spec.commandLine().getOut();
        return RunningPlatform.quietly(() -> {
            try (RejectedLog log = new RejectedLog(platform.bootstrapServers(), platform.registryUrl())) {
                RejectedSummary summary = RejectedSummary.of(log, which.filter(), limit);
                summary.lines(log).forEach(out::println);
                out.flush();
                json.write(summary.json());
                return ExitCode.OK;
            }
        });
    }

    /** The options of both commands. */
    static final class Which {

        @Option(names = "--reason", paramLabel = "CODE", description = "Only those of this reason, for example late.")
        private @Nullable String reason;

        @Option(names = "--from", paramLabel = "TIME", description = "Only those rejected then or later (ISO-8601).")
        private @Nullable Instant from;

        @Option(names = "--to", paramLabel = "TIME", description = "Only those rejected earlier (ISO-8601).")
        private @Nullable Instant to;

        RejectedFilter filter() {
            return new RejectedFilter(reason, from, to);
        }
    }

    /** {@code ./modelhub rejected replay}. */
    @Command(
            name = "replay",
            description = {
                "Sends rejected events again, each once, and says which were rejected once more.",
                "A late event is late again unless the aggregator's acceptance-horizon was raised before."
            })
    static final class ReplayCommand implements Callable<Integer> {

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private final RunningPlatform platform = new RunningPlatform();

        @Mixin
        private final RunningAggregator aggregator = new RunningAggregator();

        @Mixin
        private final Which which = new Which();

        @Mixin
        private final JsonFile json = new JsonFile();

        @Option(names = "--again", description = "Send also what was sent again before; each once in this run.")
        private boolean again;

        @Option(
                names = "--ingest",
                paramLabel = "URL",
                description = "Where another ingest-app than this machine's listens.")
        private @Nullable URI ingest;

        @Override
        public Integer call() throws InterruptedException {
            URI local = URI.create("http://127.0.0.1:" + platform.ports().ingest());
            RejectedReplay replay = new RejectedReplay(new ReplaySettings(
                    platform.bootstrapServers(),
                    platform.registryUrl(),
                    ingest == null ? local : ingest,
                    aggregator.group(),
                    which.filter(),
                    again,
                    aggregator.patience()));
            return RunningPlatform.quietly(() -> {
                Replayed replayed = replay.run();
                show(replayed);
                json.write(content(replayed));
                return ExitCode.OK;
            });
        }

        private void show(Replayed replayed) {
            PrintWriter out = spec.commandLine().getOut();
            out.printf(
                    "sent again: %,d onto modelhub.usage, %,d through ingest-app; %,d were sent again before and are left alone%n",
                    replayed.ontoTopic(), replayed.throughIngest(), replayed.leftAlone());
            replayed.rejectedAgain()
                    .forEach((reason, count) -> out.printf("%,d were rejected again: %s%n", count, reason));
            if (replayed.rejectedAgain().containsKey("late")) {
                out.println(
                        "late events stay late until the aggregator's setting modelhub.acceptance-horizon is longer; then use --again");
            }
            if (!replayed.pending().isEmpty()) {
                out.printf("more may be rejected yet: %s%n", replayed.pending());
            }
            out.flush();
        }

        private static JsonNode content(Replayed replayed) {
            ObjectNode json = JsonNodeFactory.instance
                    .objectNode()
                    .put("sent_onto_topic", replayed.ontoTopic())
                    .put("sent_through_ingest", replayed.throughIngest())
                    .put("left_alone", replayed.leftAlone());
            ObjectNode rejectedAgain = json.putObject("rejected_again");
            replayed.rejectedAgain().forEach(rejectedAgain::put);
            return json.put("all_judged", replayed.pending().isEmpty());
        }
    }
}
