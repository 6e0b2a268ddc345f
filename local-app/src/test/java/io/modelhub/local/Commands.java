package io.modelhub.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.local.platform.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Types commands that work with a running platform. */
final class Commands {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Ports ports;
    private final Path jsonFile;
    private final StringWriter out = new StringWriter();

    Commands(Ports ports, Path folder) {
        this.ports = ports;
        this.jsonFile = folder.resolve("out.json");
    }

    /** What it writes is in {@link #out} and {@link #json}; answers its exit code. */
    int execute(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(
                "--bootstrap", ports.bootstrapServers(),
                "--registry", ports.registryUrl(),
                "--json", jsonFile.toString()));
        if (!command[0].equals("rejected") || arguments.contains("replay")) {
            // An aggregator that was killed is up again within that, however busy the machine is.
            arguments.addAll(List.of("--wait", "5m"));
        }
        if (arguments.contains("replay")) {
            arguments.addAll(List.of("--ingest", "http://127.0.0.1:" + ports.ingest()));
        }
        out.getBuffer().setLength(0);
        CommandLine commandLine = Modelhub.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        int exitCode = commandLine.execute(arguments.toArray(String[]::new));
        System.out.println(String.join(" ", command) + "\n" + out);
        return exitCode;
    }

    String out() {
        return out.toString();
    }

    JsonNode json() throws IOException {
        return JSON.readTree(jsonFile.toFile());
    }
}
