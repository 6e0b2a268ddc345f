package io.modelhub.local;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./modelhub up}. */
@Command(name = "up", description = "Starts the whole platform on this machine and runs until Ctrl-C.")
final class UpCommand implements Callable<Integer> {

    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Override
    public Integer call() throws InterruptedException {
        Session session = new Session(Terminal.ofThisProcess());
        return session.run(platform.settings(), session::stayUp);
    }
}
