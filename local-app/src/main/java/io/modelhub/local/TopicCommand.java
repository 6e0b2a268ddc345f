package io.modelhub.local;

import io.modelhub.local.platform.Ports;
import io.modelhub.local.platform.StartFailure;
import io.modelhub.local.topic.TopicLines;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./modelhub topic}. */
@Command(
        name = "topic",
        description = "Prints the committed records of a topic of the running platform, a line of JSON each.")
final class TopicCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "TOPIC", description = "For example modelhub.quota.events.")
    private String topic = "";

    @Option(names = "--follow", description = "Go on at the end of the topic until Ctrl-C.")
    private boolean follow;

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

    @Override
    public Integer call() {
        List<String> topics = Topics.ALL.stream().map(TopicDefinition::name).toList();
        if (!topics.contains(topic)) {
            throw new WrongOption("There is no topic \"%s\"; these are there:%n%s"
                    .formatted(topic, topics.stream().map(name -> "  " + name).collect(Collectors.joining("\n"))));
        }
        // Before the first logger: what the Kafka client has to say is in the sentence below, not in a platform's log.
        System.setProperty("logback.configurationFile", "logback-silent.xml");
        Ports ports = Ports.STANDARD.movedBy(portOffset);
        PrintWriter out = spec.commandLine().getOut();
        try {
            new TopicLines(ports.bootstrapServers(), ports.registryUrl()).print(topic, follow, line -> {
                out.println(line);
                out.flush();
            });
        } catch (KafkaException e) {
            throw new StartFailure(
                    "The topic can't be read: %s. Is the platform up? \"./modelhub up\" starts it."
                            .formatted(e.getMessage()),
                    e);
        }
        return 0;
    }
}
