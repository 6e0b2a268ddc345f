package io.modelhub.catalog.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.EntityStatus;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OrganizationTest {

    @Test
    void readsAsItsNameAndItsIdentifier() {
        assertThat(new Organization("acme", "Acme Research", "UTC", EntityStatus.Active, 1, Instant.EPOCH))
                .hasToString("Acme Research (acme)");
    }
}
