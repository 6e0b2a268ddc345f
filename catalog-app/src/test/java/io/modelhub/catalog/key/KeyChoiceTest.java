package io.modelhub.catalog.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.key.KeyChoice.Obstacle;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyChoiceTest {

    private static final APIKey SHARED = key("1", null, "shared", true);
    private static final APIKey SHARED_SPARE = key("2", null, "a spare", false);
    private static final APIKey DEFAULT = key("6", "acme", "production", true);
    private static final APIKey FIRST_SPARE = key("5", "acme", "spare 1", false);
    private static final APIKey SECOND_SPARE = key("4", "acme", "spare 2", false);
    private static final APIKey OTHER = key("0", "lab", "production", true);

    private static APIKey key(String id, @Nullable String organization, String label, boolean isDefault) {
        return APIKey.newBuilder()
                .setId(id)
                .setOrganization(organization)
                .setProvider("openai")
                .setLabel(label)
                .setIsDefault(isDefault)
                .setIsActive(true)
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    private static KeyChoice choice(@Nullable String organization, APIKey... passedOver) {
        Set<APIKey> closed = Set.of(passedOver);
        return KeyChoice.among(
                organization,
                List.of(SHARED, SHARED_SPARE, SECOND_SPARE, OTHER, FIRST_SPARE, DEFAULT),
                key -> closed.contains(key) ? Optional.of(Obstacle.QUOTA_REACHED) : Optional.empty());
    }

    @Test
    void takesTheDefaultThenTheOthersByLabelThenTheShared() {
        assertThat(choice("acme").usable()).containsExactly(DEFAULT, FIRST_SPARE, SECOND_SPARE, SHARED, SHARED_SPARE);
        assertThat(choice("acme", DEFAULT, SECOND_SPARE).usable()).containsExactly(FIRST_SPARE, SHARED, SHARED_SPARE);
        assertThat(choice("acme", DEFAULT, FIRST_SPARE, SECOND_SPARE).usable()).containsExactly(SHARED, SHARED_SPARE);
    }

    @Test
    void takesOnlySharedKeysForWhoHasNone() {
        assertThat(choice("nobody").usable()).containsExactly(SHARED, SHARED_SPARE);
        assertThat(choice(null).usable()).containsExactly(SHARED, SHARED_SPARE);
    }

    @Test
    void breaksATieOfLabelsByIdentifier() {
        APIKey twin = key("3", "acme", "spare 1", false);

        assertThat(KeyChoice.among("acme", List.of(FIRST_SPARE, twin), key -> Optional.empty())
                        .usable())
                .containsExactly(twin, FIRST_SPARE);
    }

    @Test
    void saysWhyTheOthersWerePassedOver() {
        KeyChoice none = choice("acme", SHARED, SHARED_SPARE, SECOND_SPARE, FIRST_SPARE, DEFAULT);

        assertThat(none.usable()).isEmpty();
        assertThat(none.passedOver())
                .extracting(KeyChoice.PassedOver::key)
                .containsExactly(DEFAULT, FIRST_SPARE, SECOND_SPARE, SHARED, SHARED_SPARE);
        assertThat(none.passedOver()).extracting(KeyChoice.PassedOver::obstacle).containsOnly(Obstacle.QUOTA_REACHED);
    }

    @Test
    void namesTheOperatorsSwitchBeforeTheQuota() {
        APIKey off = APIKey.newBuilder(DEFAULT).setIsActive(false).build();

        assertThat(Obstacle.of(DEFAULT, null)).isEmpty();
        assertThat(Obstacle.of(DEFAULT, quota(true))).isEmpty();
        assertThat(Obstacle.of(DEFAULT, quota(false))).contains(Obstacle.QUOTA_REACHED);
        assertThat(Obstacle.of(off, null)).contains(Obstacle.INACTIVE);
        assertThat(Obstacle.of(off, quota(false))).contains(Obstacle.INACTIVE);
    }

    private static KeyQuotaState quota(boolean enabled) {
        QuotaPeriod period = QuotaPeriod.newBuilder()
                .setStart(Instant.EPOCH)
                .setEnd(Instant.EPOCH.plusSeconds(86_400))
                .setSpent(BigDecimal.ZERO.setScale(12))
                .build();
        return KeyQuotaState.newBuilder()
                .setApiKey("6")
                .setZone("UTC")
                .setEnabled(enabled)
                .setCauses(enabled ? List.of() : List.of(QuotaCause.DAY))
                .setDay(period)
                .setMonth(period)
                .build();
    }
}
