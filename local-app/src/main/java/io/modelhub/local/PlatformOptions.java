package io.modelhub.local;

import io.modelhub.local.platform.Distribution;
import io.modelhub.local.platform.PlatformSettings;
import io.modelhub.local.platform.Ports;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of every command that starts the platform. */
final class PlatformOptions {

    /** Beyond it the highest of the ports would not exist. */
    private static final int LARGEST_OFFSET = 50_000;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ".modelhub",
            description = "The folder of all state (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".modelhub");

    @Option(names = "--fresh", description = "Empty the data folder first.")
    private boolean fresh;

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "Move every port up by N (default: ${DEFAULT-VALUE}).")
    private int portOffset;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    PlatformSettings settings() {
        if (portOffset < 0 || portOffset > LARGEST_OFFSET) {
            throw new WrongOption("--port-offset must be from 0 to %d, not %d.".formatted(LARGEST_OFFSET, portOffset));
        }
        return new PlatformSettings(data, fresh, Ports.STANDARD.movedBy(portOffset), Distribution.ofThisBuild());
    }
}
