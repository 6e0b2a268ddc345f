package io.modelhub.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.local.reprice.Reprice;
import io.modelhub.local.reprice.RepriceSettings;
import io.modelhub.local.reprice.Repriced;
import io.modelhub.local.reprice.Selection;
import io.modelhub.local.usage.Span;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./modelhub reprice}. */
@Command(
        name = "reprice",
        description = {
            "Corrects what was counted: calls that had no price until one was stated, and calls of a time whose price was"
                    + " corrected since. Sent costs stand.",
            "The differences are written to modelhub.usage.corrections, from where the aggregator brings them into windows, spend"
                    + " and quotas. Run twice, the second run finds nothing."
        })
final class RepriceCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final RunningPlatform platform = new RunningPlatform();

    @Mixin
    private final RunningAggregator aggregator = new RunningAggregator();

    @Mixin
    private final JsonFile json = new JsonFile();

    @Option(
            names = "--model",
            paramLabel = "ID",
            description =
                    "Only calls of this model, for example openai/gpt-4o; may be given several times (default: all).")
    private Set<String> models = new HashSet<>();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Only calls of that time or later (ISO-8601; default: all on the log).")
    private @Nullable Instant from;

    @Option(names = "--to", paramLabel = "TIME", description = "Only calls of an earlier time (ISO-8601).")
    private @Nullable Instant to;

    @Option(names = "--dry-run", description = "Show what would be corrected and write nothing.")
    private boolean dryRun;

    @Override
    public Integer call() throws InterruptedException {
        if (from != null && to != null && !from.isBefore(to)) {
            throw new WrongOption("--from must be before --to.");
        }
        Reprice reprice = new Reprice(new RepriceSettings(
                platform.bootstrapServers(),
                platform.registryUrl(),
                aggregator.group(),
                new Selection(
                        models,
                        new Span(from == null ? Span.ALWAYS.start() : from, to == null ? Span.ALWAYS.end() : to)),
                dryRun,
                aggregator.patience()));
        return RunningPlatform.quietly(() -> {
            Repriced repriced = reprice.run();
            show(repriced);
            json.write(content(repriced));
            return ExitCode.OK;
        });
    }

    private void show(Repriced repriced) {
        PrintWriter out = spec.commandLine().getOut();
        if (repriced.total().corrections() == 0) {
            out.printf("nothing to correct among %,d calls without a sent cost%n", repriced.calls());
        } else {
            showDifferences(repriced, out);
        }
        if (repriced.notYetCounted() > 0) {
            out.printf(
                    "left for the next run: at least %,d records were not yet counted when this one began%n",
                    repriced.notYetCounted());
        }
        if (!repriced.unknownModels().isEmpty()) {
            out.printf(
                    "left alone are calls of models that the catalog doesn't know: %s%n",
                    String.join(", ", repriced.unknownModels()));
        }
        out.flush();
    }

    private void showDifferences(Repriced repriced, PrintWriter out) {
        out.printf("%12s %12s %24s%n", "calls", "now priced", "difference USD");
        repriced.differences()
                .forEach((model, byReason) -> byReason.forEach((reason, part) -> out.printf(
                        "%,12d %,12d %+,24.12f  %s  %s%n",
                        part.calls(), part.nowPriced(), part.difference(), model, reason)));
        Repriced.Total total = repriced.total();
        out.printf(
                "%,d of %,d calls without a sent cost %s, by %+,.12f US dollars%n",
                total.calls(), repriced.calls(), dryRun ? "would be corrected" : "corrected", total.difference());
        if (!dryRun) {
            out.printf("%,d corrections stand on modelhub.usage.corrections%n", total.corrections());
            out.println(
                    repriced.pending().isEmpty()
                            ? "the aggregator has read them; results show them within a second"
                            : "the aggregator brings them in later: " + repriced.pending());
        }
    }

    private JsonNode content(Repriced repriced) {
        ObjectNode content =
                JsonNodeFactory.instance.objectNode().put("dry_run", dryRun).put("calls", repriced.calls());
        content.put("not_yet_counted", repriced.notYetCounted());
        put(content, repriced.total());
        ArrayNode differences = content.putArray("differences");
        repriced.differences()
                .forEach((model, byReason) -> byReason.forEach((reason, part) ->
                        put(differences.addObject().put("model", model).put("reason", reason), part)));
        ArrayNode unknown = content.putArray("unknown_models");
        repriced.unknownModels().forEach(unknown::add);
        return content.put("read_by_aggregator", !dryRun && repriced.pending().isEmpty());
    }

    private static void put(ObjectNode node, Repriced.Total total) {
        node.put("corrections", total.corrections())
                .put("calls_corrected", total.calls())
                .put("now_priced", total.nowPriced())
                .put("difference_usd", total.difference().toPlainString());
    }
}
