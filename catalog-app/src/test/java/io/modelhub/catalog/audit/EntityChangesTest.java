package io.modelhub.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.Organization;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EntityChangesTest {

    private static Organization organization(String name, EntityStatus status, long revision) {
        return Organization.newBuilder()
                .setId("acme")
                .setName(name)
                .setStatus(status)
                .setRevision(revision)
                .setUpdatedAt(Instant.ofEpochSecond(revision))
                .build();
    }

    @Test
    void tellsOnlyTheFieldsThatDiffer() {
        Organization before = organization("Acme", EntityStatus.Active, 1);

        assertThat(EntityChanges.between(before, organization("Acme", EntityStatus.Inactive, 2)))
                .hasToString("{\"status\":{\"from\":\"Active\",\"to\":\"Inactive\"}}");
        assertThat(EntityChanges.between(before, organization("Acme", EntityStatus.Active, 2)))
                .hasToString("{}");
    }

    @Test
    void tellsACreationFromNothingAndADeletionToNothing() {
        Organization state = organization("Acme", EntityStatus.Active, 1);

        assertThat(EntityChanges.between(null, state).path("name")).hasToString("{\"from\":null,\"to\":\"Acme\"}");
        assertThat(EntityChanges.between(state, null).path("name")).hasToString("{\"from\":\"Acme\",\"to\":null}");
        assertThat(EntityChanges.revision(state)).isEqualTo(1);
    }

    @Test
    void writesMoneyAsAnswersDo() {
        APIKey key = APIKey.newBuilder()
                .setId("k")
                .setProvider("openai")
                .setLabel("production")
                .setIsDefault(true)
                .setIsActive(true)
                .setDailyQuota(new BigDecimal("12.500000000000"))
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH)
                .build();

        assertThat(EntityChanges.between(null, key).path("daily_quota")).hasToString("{\"from\":null,\"to\":\"12.5\"}");
        assertThat(EntityChanges.between(null, key).has("monthly_quota")).isFalse();
    }
}
