package io.modelhub.catalog.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProviderTest {

    @Test
    void readsAsItsNameAndItsSlug() {
        assertThat(ProviderBody.named("OpenAI").provider("openai", null, Instant.EPOCH))
                .hasToString("OpenAI (openai)");
    }
}
