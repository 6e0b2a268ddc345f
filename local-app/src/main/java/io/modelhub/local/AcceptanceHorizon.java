package io.modelhub.local;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The option of a command that computes which events count. */
final class AcceptanceHorizon {

    @Option(
            names = "--horizon",
            paramLabel = "DURATION",
            defaultValue = "24h",
            description = "The aggregator's acceptance-horizon (default: ${DEFAULT-VALUE}).")
    private Duration horizon = Duration.ofHours(24);

    Duration horizon() {
        if (horizon.isNegative() || horizon.isZero()) {
            throw new WrongOption("--horizon must be more than 0, not %s.".formatted(horizon));
        }
        return horizon;
    }
}
