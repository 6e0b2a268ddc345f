package io.modelhub.local.platform;

import java.nio.file.Path;

/**
 * How to run the platform.
 *
 * @param data the folder of all state; made where it doesn't exist
 * @param fresh whether to empty the folder first
 * @param ports where the servers listen
 * @param distribution what to run
 */
public record PlatformSettings(Path data, boolean fresh, Ports ports, Distribution distribution) {

    public PlatformSettings {
        data = data.toAbsolutePath().normalize();
    }
}
