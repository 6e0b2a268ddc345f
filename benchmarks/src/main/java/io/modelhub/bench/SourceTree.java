package io.modelhub.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The project as it was built: where a benchmark finds the programs that it runs.
 *
 * @param root the project's own folder
 */
record SourceTree(Path root) {

    private static final String REGISTRY_PROPERTY = "modelhub.test.registry";

    /** This code stands in {@code benchmarks/target}, as a jar or as classes. */
    static SourceTree ofThisBuild() {
        try {
            Path code = Path.of(SourceTree.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new SourceTree(code.toAbsolutePath().resolve("../../..").normalize());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of this code can't be named", e);
        }
    }

    /** Tells {@code RegistryForTests} where the registry is; a build that runs tests has told it already. */
    void nameRegistry() {
        if (System.getProperty(REGISTRY_PROPERTY) == null) {
            System.setProperty(
                    REGISTRY_PROPERTY, built("test-support/target/registry").toString());
        }
    }

    /** The aggregator's executable jar. */
    Path aggregator() {
        try (Stream<Path> files = Files.list(built("aggregator-app/target"))) {
            return files.filter(file -> file.toString().endsWith("-exec.jar"))
                    .findFirst()
                    .orElseThrow(() -> notBuilt("aggregator-app/target/*-exec.jar"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path built(String path) {
        Path place = root.resolve(path);
        if (!Files.exists(place)) {
            throw notBuilt(path);
        }
        return place;
    }

    private BenchFailure notBuilt(String path) {
        return new BenchFailure(
                "%s is missing in %s: build it with \"mvn -DskipTests package\".".formatted(path, root));
    }
}
