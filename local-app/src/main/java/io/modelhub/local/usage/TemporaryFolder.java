package io.modelhub.local.usage;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder for files that nobody needs after this. */
public final class TemporaryFolder implements Closeable {

    private final Path path;

    /** @throws UncheckedIOException it can't be made */
    public TemporaryFolder(String prefix) {
        try {
            this.path = Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException("temporary files can't be made", e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : List.copyOf(files.toList())) {
                Files.delete(file);
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException("temporary files can't be deleted", e);
        }
    }
}
