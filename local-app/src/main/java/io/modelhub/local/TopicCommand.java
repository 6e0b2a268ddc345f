package io.modelhub.local;

import io.modelhub.local.topic.TopicLines;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final RunningPlatform platform = new RunningPlatform();

    @Parameters(paramLabel = "TOPIC", description = "For example modelhub.quota.events.")
    private String topic = "";

    @Option(names = "--follow", description = "Go on at the end of the topic until Ctrl-C.")
    private boolean follow;

    @Override
    public Integer call() throws InterruptedException {
        List<String> topics = Topics.ALL.stream().map(TopicDefinition::name).toList();
        if (!topics.contains(topic)) {
            throw new WrongOption("There is no topic \"%s\"; these are there:%n%s"
                    .formatted(topic, topics.stream().map(name -> "  " + name).collect(Collectors.joining("\n"))));
        }
        PrintWriter out = spec.commandLine().getOut();
        return RunningPlatform.quietly(() -> {
            new TopicLines(platform.bootstrapServers(), platform.registryUrl()).print(topic, follow, line -> {
                out.println(line);
                out.flush();
            });
            return ExitCode.OK;
        });
    }
}
