package io.modelhub.local;

import io.modelhub.local.platform.BrokerAlone;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code modelhub broker}, which {@code ./modelhub torture} starts and kills; nobody types it. */
@Command(name = "broker", hidden = true, description = "Runs a Kafka broker in this process and nothing else.")
final class BrokerCommand implements Callable<Integer> {

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "The folder of its state.")
    private Path data = Path.of("");

    @Option(names = "--port", required = true, paramLabel = "N", description = "Where it listens.")
    private int port;

    @Override
    public Integer call() {
        BrokerAlone.run(data, port);
        return ExitCode.OK;
    }
}
