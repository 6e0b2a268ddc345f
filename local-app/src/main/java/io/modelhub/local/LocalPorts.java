package io.modelhub.local;

import io.modelhub.local.platform.Ports;
import picocli.CommandLine.Option;

/** Where the platform on this machine listens, for every command that works with one that is up already. */
final class LocalPorts {

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "The platform's ports are moved up by N (default: ${DEFAULT-VALUE}).")
    private int portOffset;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    Ports ports() {
        return Ports.STANDARD.movedBy(portOffset);
    }
}
