package io.modelhub.catalog.key;

import io.modelhub.schema.APIKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.Embedded;
import org.springframework.data.relational.core.mapping.MappedCollection;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A key of a provider, its secret sealed.
 *
 * @param organization slug; null: it serves every organization
 * @param formerOwners whose key it was before, the earliest first
 * @param secret null: the catalog was rebuilt from its topics, and the key awaits its secret
 * @param fingerprint the last 4 characters of the secret, or of the one that is awaited
 * @param isActive the operator's switch; the machine never changes it
 * @param dailyQuota US dollars; null: no limit
 * @param monthlyQuota US dollars; null: no limit
 * @param revision counts the writes, from 1; 0: not stored yet
 */
@Table("api_key")
record ApiKey(
        @Id UUID id,
        @Nullable String organization,

        @MappedCollection(idColumn = "api_key", keyColumn = "position")
        List<FormerOwner> formerOwners,

        String provider,
        String label,
        @Embedded.Nullable(prefix = "secret_") @Nullable SealedSecret secret,
        String fingerprint,
        boolean isDefault,
        boolean isActive,
        @Nullable BigDecimal dailyQuota,
        @Nullable BigDecimal monthlyQuota,
        @Version long revision,
        Instant updatedAt) {

    APIKey published() {
        return APIKey.newBuilder()
                .setId(id.toString())
                .setOrganization(organization)
                .setFormerOwners(
                        formerOwners.stream().map(FormerOwner::published).toList())
                .setProvider(provider)
                .setLabel(label)
                .setFingerprint(fingerprint)
                .setIsDefault(isDefault)
                .setIsActive(isActive)
                .setDailyQuota(dailyQuota)
                .setMonthlyQuota(monthlyQuota)
                .setRevision(revision)
                .setUpdatedAt(updatedAt)
                .build();
    }

    /** {@code openai production …x4Tb (acme)}; without an organization {@code (every organization)}. */
    @Override
    public String toString() {
        return "%s %s …%s (%s)"
                .formatted(provider, label, fingerprint, organization == null ? "every organization" : organization);
    }
}
