package io.modelhub.aggregator;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.Organization;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entities of the catalog for tests. */
public final class CatalogRecords {

    private CatalogRecords() {}

    public static Organization organization(String id, String zone, long revision) {
        return Organization.newBuilder()
                .setId(id)
                .setName(id)
                .setTimeZone(zone)
                .setStatus(EntityStatus.Active)
                .setRevision(revision)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    /**
     * @param organization null: a shared key
     * @param daily US dollars; null: no limit
     * @param monthly US dollars; null: no limit
     */
    public static APIKey key(
            String id, @Nullable String organization, @Nullable String daily, @Nullable String monthly, long revision) {
        return APIKey.newBuilder()
                .setId(id)
                .setOrganization(organization)
                .setProvider("openai")
                .setLabel("test")
                .setIsDefault(true)
                .setIsActive(true)
                .setDailyQuota(daily == null ? null : new BigDecimal(daily))
                .setMonthlyQuota(monthly == null ? null : new BigDecimal(monthly))
                .setRevision(revision)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    /** @param price US dollars per 1,000 tokens, in or out */
    public static Model model(String id, String price, long revision) {
        return Model.newBuilder()
                .setId(id)
                .setUuid("7d8b6f52-0000-4000-8000-000000000001")
                .setProvider("openai")
                .setName("model")
                .setModelType(ModelType.Text)
                .setConfig("{}")
                .setStatus(EntityStatus.Active)
                .setPrices(List.of(ModelPrice.newBuilder()
                        .setCostInput(new BigDecimal(price))
                        .setCostOutput(new BigDecimal(price))
                        .build()))
                .setRevision(revision)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }
}
