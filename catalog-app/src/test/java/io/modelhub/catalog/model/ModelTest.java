package io.modelhub.catalog.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.ModelType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelTest {

    private static Model model(String name, @Nullable String version) {
        return new Model(
                UUID.randomUUID(),
                Model.identifier("openai", name, version),
                "openai",
                name,
                version,
                ModelType.Text,
                List.of(),
                "{}",
                null,
                EntityStatus.Active,
                1,
                Instant.EPOCH);
    }

    @Test
    void readsAsItsProvidersNameItsNameAndItsVersion() {
        assertThat(model("gpt-4o", "2024-08-06").displayName("OpenAI")).isEqualTo("OpenAI gpt-4o (2024-08-06)");
        assertThat(model("gpt-4o", null).displayName("OpenAI")).isEqualTo("OpenAI gpt-4o");
    }

    @Test
    void isIdentifiedByProviderNameAndVersion() {
        assertThat(model("gpt-4o", "2024-08-06").id()).isEqualTo("openai/gpt-4o@2024-08-06");
        assertThat(model("ft:gpt-4o/acme@7", null)).hasToString("openai/ft:gpt-4o/acme@7");
    }
}
