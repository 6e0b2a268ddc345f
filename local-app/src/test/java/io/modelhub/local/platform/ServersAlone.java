package io.modelhub.local.platform;

import java.nio.file.Path;

/** A program for tests: starts broker, registry and database in a folder, says so, and waits to be killed. */
final class ServersAlone {

    static final String READY = "the servers are ready";

    private ServersAlone() {}

    public static void main(String[] arguments) throws InterruptedException {
        PlatformSettings settings =
                new PlatformSettings(Path.of(arguments[0]), false, Ports.free(), Distribution.ofThisBuild());
        LocalPlatform platform = new LocalPlatform(settings, line -> {});
        platform.startServers();
        System.out.println(READY);
        platform.end().join();
    }
}
