package io.modelhub.local.platform;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The whole platform on this machine: broker, schema registry, database and the three apps. Everything that it starts ends
 * with it, and nothing else.
 */
public final class LocalPlatform implements AutoCloseable {

    /** The log of this process, of which the broker is a part. */
    static final String LOG = "broker";

    private final PlatformSettings settings;
    private final Progress progress;
    private final Launch launch;
    private final CompletableFuture<String> end = new CompletableFuture<>();

    private volatile boolean closing;
    private volatile @Nullable DataFolder folder;
    private volatile @Nullable ProcessList processes;
    private volatile @Nullable LocalServers servers;
    private volatile @Nullable Apps apps;

    /** A platform that is not started yet. */
    public LocalPlatform(PlatformSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        this.launch = new Launch(progress);
    }

    /**
     * Starts a platform and waits until it is ready; the caller closes it.
     *
     * @throws StartFailure something keeps it from starting; nothing of it is left running
     */
    public static LocalPlatform started(PlatformSettings settings, Progress progress) throws InterruptedException {
        LocalPlatform platform = new LocalPlatform(settings, progress);
        try {
            platform.start();
            return platform;
        } catch (StartFailure | InterruptedException e) {
            platform.close();
            throw e;
        }
    }

    /**
     * Starts everything and returns when all of it is ready.
     *
     * @throws StartFailure something keeps it from starting; what was started is left to {@link #close}
     * @throws InterruptedException closed meanwhile
     */
    public void start() throws InterruptedException {
        LocalServers startedServers = startServers();
        try {
            Apps startedApps =
                    new Apps(requireStarted(folder), settings, startedServers, requireStarted(processes), this::report);
            apps = startedApps;
            startedApps.start(launch);
        } catch (IOException e) {
            throw new StartFailure("The data folder can't be used: %s.".formatted(e.getMessage()), e);
        }
        progress.say("everything is ready after %.1f s".formatted(launch.seconds()));
    }

    /** The first half of {@link #start}: what the apps stand on. */
    LocalServers startServers() throws InterruptedException {
        DataFolder opened = DataFolder.open(settings.data(), settings.fresh());
        folder = opened;
        ProcessList list = new ProcessList(opened.processes());
        processes = list;
        // They may still hold the ports.
        list.endLeftovers(Database.NAME, this::report);
        settings.ports().requireFree();
        LocalServers started = new LocalServers(opened, settings, list, this::report, this::endBecause);
        servers = started;
        list.add("local-app", ProcessHandle.current());
        started.start(launch);
        return started;
    }

    LocalServers startedServers() {
        return requireStarted(servers);
    }

    private static <T> T requireStarted(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("not started yet");
        }
        return part;
    }

    private void report(String line) {
        if (!closing) {
            progress.say(line);
        }
    }

    private void endBecause(String reason) {
        if (!closing) {
            end.complete(reason);
        }
    }

    /** Completes with the reason when the platform can't go on by itself; the owner then closes it. */
    public CompletableFuture<String> end() {
        return end;
    }

    /** Whether something was started that is not closed yet. */
    public boolean isRunning() {
        return servers != null && !closing;
    }

    /** Whether it is being ended, or has been. */
    public boolean isClosing() {
        return closing;
    }

    public PlatformSettings settings() {
        return settings;
    }

    /** Ends everything that was started, in order: the apps, the registry, the broker, the database. */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
        }
        launch.refuseMore();
        Apps startedApps = apps;
        if (startedApps != null) {
            startedApps.close();
        }
        LocalServers startedServers = servers;
        if (startedServers != null) {
            startedServers.registry().close();
            launch.close();
            startedServers.close();
        }
        ProcessList list = processes;
        if (list != null) {
            list.clear();
        }
        DataFolder opened = folder;
        if (opened != null) {
            opened.close();
        }
    }
}
