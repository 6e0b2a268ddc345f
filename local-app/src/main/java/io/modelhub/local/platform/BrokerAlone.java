package io.modelhub.local.platform;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A broker and nothing else in this process: what a {@link Cluster} starts, kills and starts again. */
public final class BrokerAlone {

    private BrokerAlone() {}

    /**
     * Runs until the process is ended.
     *
     * @throws StartFailure it can't start, or gave up
     */
    public static void run(Path data, int port) {
        CompletableFuture<String> end = new CompletableFuture<>();
        try (DataFolder folder = DataFolder.open(data, false)) {
            Broker broker = Broker.start(folder, port, end::complete);
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop"));
            throw new StartFailure(end.join());
        }
    }
}
