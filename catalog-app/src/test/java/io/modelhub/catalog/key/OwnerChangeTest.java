package io.modelhub.catalog.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnerChangeTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final FormerOwner BEFORE = new FormerOwner("globex", NOW.minusSeconds(3600));

    private final OwnerChange change = new OwnerChange(Duration.ofSeconds(65));

    @Test
    void aKeyThatStaysIsNobodysElse() {
        assertThat(change.formerOwners(key("acme"), "acme", NOW)).containsExactly(BEFORE);
        assertThat(change.formerOwners(key(null), null, NOW)).containsExactly(BEFORE);
    }

    @Test
    void aKeyIsItsFormerOwnersUntilEveryReaderKnows() {
        Instant until = NOW.plusSeconds(65);

        assertThat(change.formerOwners(key("acme"), "initech", NOW))
                .containsExactly(BEFORE, new FormerOwner("acme", until));
        assertThat(change.formerOwners(key("acme"), null, NOW)).containsExactly(BEFORE, new FormerOwner("acme", until));
        assertThat(change.formerOwners(key(null), "acme", NOW)).containsExactly(BEFORE, new FormerOwner(null, until));
    }

    private static ApiKey key(@Nullable String organization) {
        return new ApiKey(
                UUID.randomUUID(),
                organization,
                List.of(BEFORE),
                "openai",
                "production",
                null,
                "x4Tb",
                true,
                true,
                null,
                null,
                1,
                NOW.minusSeconds(3700));
    }
}
