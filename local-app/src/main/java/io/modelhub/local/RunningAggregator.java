package io.modelhub.local;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of a command that waits for the aggregator. */
final class RunningAggregator {

    @Option(
            names = "--group",
            paramLabel = "ID",
            defaultValue = "modelhub-aggregator",
            description = "The aggregator's application-id (default: ${DEFAULT-VALUE}).")
    private String group = "";

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "How long to wait for the aggregator (default: ${DEFAULT-VALUE}).")
    private Duration patience = Duration.ofSeconds(60);

    String group() {
        return group;
    }

    Duration patience() {
        return patience;
    }
}
