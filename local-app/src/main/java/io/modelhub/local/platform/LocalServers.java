package io.modelhub.local.platform;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The servers that the apps stand on: database, broker and schema registry. */
final class LocalServers implements AutoCloseable {

    private final DataFolder folder;
    private final PlatformSettings settings;
    private final ProcessList processes;
    private final Consumer<String> onEnd;
    private final Registry registry;

    private volatile @Nullable Database database;
    private volatile @Nullable Broker broker;

    /** @param onEnd called with a reason when one of them ends and can't be started again */
    LocalServers(
            DataFolder folder,
            PlatformSettings settings,
            ProcessList processes,
            Progress progress,
            Consumer<String> onEnd) {
        this.folder = folder;
        this.settings = settings;
        this.processes = processes;
        this.onEnd = onEnd;
        this.registry = new Registry(folder, settings, processes, progress);
    }

    /** @throws StartFailure one of them does not start */
    void start(Launch launch) throws InterruptedException {
        launch.together(
                new Launch.Step("PostgreSQL", () -> database = Database.start(folder, processes, onEnd)),
                new Launch.Step("Kafka broker", this::startBroker),
                new Launch.Step("schema registry", registry::start));
    }

    private void startBroker() throws InterruptedException {
        broker = Broker.start(folder, settings.ports().broker(), onEnd);
    }

    Database database() {
        return started(database);
    }

    Broker broker() {
        return started(broker);
    }

    Registry registry() {
        return registry;
    }

    private static <T> T started(@Nullable T server) {
        if (server == null) {
            throw new IllegalStateException("not started yet");
        }
        return server;
    }

    /** Ends what was started, after the {@link Launch} came to rest. */
    @Override
    public void close() {
        registry.close();
        Broker startedBroker = broker;
        if (startedBroker != null) {
            startedBroker.close();
        }
        Database startedDatabase = database;
        if (startedDatabase != null) {
            startedDatabase.close();
        }
    }
}
