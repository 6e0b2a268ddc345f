package io.modelhub.catalog.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ApiKeyTest {

    private static ApiKey key(@Nullable String organization) {
        SealedSecret sealed = new SealedSecret(new byte[] {1, 2, 3}, 0xabcdL);
        return new ApiKey(
                UUID.randomUUID(),
                organization,
                List.of(),
                "openai",
                "production",
                sealed,
                "x4Tb",
                true,
                true,
                null,
                null,
                1,
                Instant.EPOCH);
    }

    @Test
    void readsAsItsProviderLabelFingerprintAndOrganization() {
        assertThat(key("acme")).hasToString("openai production …x4Tb (acme)");
        assertThat(key(null)).hasToString("openai production …x4Tb (every organization)");
    }

    @Test
    void publishesNeitherSecretNorCiphertext() {
        assertThat(key("acme").published().getSchema().getFields())
                .extracting(field -> field.name())
                .doesNotContain("key", "secret", "ciphertext");
    }
}
