package io.modelhub.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Clients from the npm registry, installed as their users do, and a program that uses them. */
final class NodeClients {

    private static final List<String> FILES = List.of("package.json", "package-lock.json", "clients.js");

    private final Path folder;

    private NodeClients(Path folder) {
        this.folder = folder;
    }

    static NodeClients installed() throws IOException, InterruptedException {
        Path source = Path.of(System.getProperty("modelhub.test.node.source"));
        Path folder = Files.createDirectories(Path.of(System.getProperty("modelhub.test.node.installed")));
        for (String file : FILES) {
            Files.copy(source.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        NodeClients clients = new NodeClients(folder);
        clients.run("", "npm", "ci", "--no-audit", "--no-fund");
        return clients;
    }

    /** What each client gets for statements by title, as JSON: {client: {title: [row, …]}}. */
    String pull(String url, String statements) throws IOException, InterruptedException {
        return run(statements, "node", "clients.js", url, "pull");
    }

    /** Each client takes changes of the organization "pushed-to-node", and ends its query. */
    void push(String url) throws IOException, InterruptedException {
        run("", "node", "clients.js", url, "push");
    }

    private String run(String input, String... command) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(errors.toFile())
                .start();
        try (var typed = process.outputWriter(StandardCharsets.UTF_8)) {
            typed.write(input);
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(() -> String.join(" ", command) + ": " + contentOf(errors) + printed)
                .isZero();
        return printed;
    }

    private static String contentOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
