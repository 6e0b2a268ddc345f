package io.modelhub.bench;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * The just-in-time compilers of this process and of one that is measured. As long as they work, a figure is theirs in part: on two
 * slow cores they need a minute and more for a program that ends up being fast.
 */
final class Compilers implements AutoCloseable {

    private static final Duration LOOK = Duration.ofSeconds(5);

    /** Of the time since the last look, over both processes: less than that is rest. */
    private static final double SHARE_AT_REST = 0.1;

    private final JMXConnector connector;
    private final CompilationMXBean measured;
    private final CompilationMXBean ours = ManagementFactory.getCompilationMXBean();
    private long lookedAt = System.nanoTime();
    private long compiledMs;

    private Compilers(JMXConnector connector) throws IOException {
        this.connector = connector;
        this.measured =
                ManagementFactory.getPlatformMXBean(connector.getMBeanServerConnection(), CompilationMXBean.class);
        this.compiledMs = compiledMs();
    }

    /** Keeps a process at work. */
    @FunctionalInterface
    interface Work {

        void lasting(Duration time) throws InterruptedException;
    }

    /**
     * Works until the compilers have next to nothing to do.
     *
     * @param patience they are waited for no longer: some code is compiled anew now and then as long as it runs
     * @throws BenchFailure the process doesn't let itself be looked at
     */
    static void awaitRest(Process process, Duration patience, Work work) throws InterruptedException {
        try (Compilers compilers = of(process)) {
            Duration untilNextLook = patience.compareTo(LOOK) < 0 ? patience : LOOK;
            long began = System.nanoTime();
            do {
                work.lasting(untilNextLook);
            } while (!compilers.restSinceLastLook() && System.nanoTime() - began < patience.toNanos());
        }
    }

    @SuppressWarnings("BanJNDI") // The answers come from a process that this one has started.
    private static Compilers of(Process process) {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
            try {
                return new Compilers(
                        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | IOException e) {
            throw new BenchFailure("The compiler of process %d can't be watched: %s".formatted(process.pid(), e));
        }
    }

    private boolean restSinceLastLook() {
        long now = System.nanoTime();
        long compiled = compiledMs();
        double share = (compiled - compiledMs) * 1e6 / (now - lookedAt);
        lookedAt = now;
        compiledMs = compiled;
        return share < SHARE_AT_REST;
    }

    private long compiledMs() {
        return measured.getTotalCompilationTime() + ours.getTotalCompilationTime();
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
