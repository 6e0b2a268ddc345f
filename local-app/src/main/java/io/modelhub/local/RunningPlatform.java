package io.modelhub.local;

import io.modelhub.local.platform.Ports;
import io.modelhub.local.platform.StartFailure;
import io.modelhub.wire.RegistryUnavailableException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that works with a platform that is up already. */
final class RunningPlatform {

    @Mixin
    private final LocalPorts local = new LocalPorts();

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "The Kafka broker of another platform than this machine's.")
    private @Nullable String bootstrap;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "The root of the Confluent API of another schema registry than this machine's.")
    private @Nullable String registry;

    /** What a command does with it. */
    @FunctionalInterface
    interface Work {

        /** @return the command's exit code */
        int run() throws InterruptedException;
    }

    Ports ports() {
        return local.ports();
    }

    String bootstrapServers() {
        return bootstrap == null ? ports().bootstrapServers() : bootstrap;
    }

    String registryUrl() {
        return registry == null ? ports().registryUrl() : registry;
    }

    /**
     * Does the work without a word of the libraries on the console.
     *
     * @throws StartFailure the platform can't be reached
     */
    static int quietly(Work work) throws InterruptedException {
        // Before the first logger: what the Kafka client has to say is in the sentence below, not in a platform's log.
        System.setProperty("logback.configurationFile", "logback-silent.xml");
        try {
            return work.run();
        } catch (RegistryUnavailableException e) {
            throw new StartFailure(
                    "The schema registry can't be reached: %s. Is the platform up? \"./modelhub up\" starts it."
                            .formatted(e.getMessage()),
                    e);
        } catch (KafkaException e) {
            throw new StartFailure(
                    "The topics can't be used: %s. Is the platform up? \"./modelhub up\" starts it."
                            .formatted(e.getMessage()),
                    e);
        }
    }
}
