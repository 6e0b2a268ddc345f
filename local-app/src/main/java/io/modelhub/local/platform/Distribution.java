package io.modelhub.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the build put together to run the platform: the apps unpacked, each with an executable jar, the schema registry and the agent
 * that ties child processes to their parent.
 *
 * @param folder {@code local-app/target/dist} in a source tree
 */
public record Distribution(Path folder) {

    /** Names another place than the usual one. */
    private static final String FOLDER_PROPERTY = "modelhub.dist";

    /** @throws StartFailure the build has not put it together yet */
    public static Distribution ofThisBuild() {
        String named = System.getProperty(FOLDER_PROPERTY, "");
        Path folder = named.isEmpty() ? besideThisCode() : Path.of(named).toAbsolutePath();
        if (!Files.isDirectory(folder.resolve("registry"))) {
            throw new StartFailure(
                    "There is nothing to run in %s: build it with \"mvn -DskipTests package\".".formatted(folder));
        }
        return new Distribution(folder);
    }

    /** This code stands in the distribution's own jar, or in {@code target} beside it when a test runs it. */
    private static Path besideThisCode() {
        try {
            Path code = Path.of(Distribution.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path jar = code.toAbsolutePath();
            Path beside = jar.resolveSibling("registry");
            return Files.isDirectory(beside) ? jar.resolveSibling("") : jar.resolveSibling("dist");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of this code can't be named", e);
        }
    }

    Path childAgent() {
        return existing(folder.resolve("child-agent.jar"));
    }

    /** This very program, to run a part of it in another process. */
    Path program() {
        return existing(folder.resolve("modelhub.jar"));
    }

    /**
     * How to run an app: with an archive of the classes that it starts with, where the build made one. A JVM that the archive isn't of
     * passes over it.
     *
     * @param app the app's module, for example {@code ingest-app}
     * @param jvm options of its JVM
     */
    Child.Command app(
            String app, String role, List<String> jvm, List<String> arguments, Map<String, String> environment) {
        Path unpacked = folder.resolve("apps").resolve(app);
        Path archive = unpacked.resolve(app + ".jsa");
        List<String> options = new ArrayList<>(jvm);
        if (Files.isRegularFile(archive)) {
            options.add("-XX:SharedArchiveFile=" + archive);
        }
        return new Child.Command(role, existing(unpacked.resolve(app + ".jar")), options, arguments, environment);
    }

    Path registry() {
        try (Stream<Path> files = Files.list(folder.resolve("registry"))) {
            return files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow(() -> incomplete(folder.resolve("registry/*-runner.jar")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path existing(Path file) {
        if (!Files.isRegularFile(file)) {
            throw incomplete(file);
        }
        return file;
    }

    private static StartFailure incomplete(Path file) {
        return new StartFailure("%s is missing: build it with \"mvn -DskipTests package\".".formatted(file));
    }
}
