package io.modelhub.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelhub.local.platform.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of a command that says what it found to programs, too. */
final class JsonFile {

    @Option(names = "--json", paramLabel = "FILE", description = "Write the same there.")
    private @Nullable Path path;

    /** Does nothing where the option isn't given. */
    void write(JsonNode content) {
        if (path != null) {
            try {
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(path.toFile(), content);
            } catch (IOException e) {
                throw new StartFailure("The results can't be written to %s.".formatted(path), e);
            }
        }
    }
}
