package io.modelhub.local.usage;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.FormerOwner;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.PriceCorrection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records for logs made by hand. */
public final class Logs {

    private Logs() {}

    /** A call of acme to p/m without tokens, to be completed. */
    public static ModelMetrics.Builder call(String eventId, Instant time) {
        return ModelMetrics.newBuilder()
                .setEventId(eventId)
                .setModel("p/m")
                .setOrganization("acme")
                .setTimestamp(time)
                .setTokensInput(0)
                .setTokensOutput(0)
                .setStatus(CallStatus.Success);
    }

    /** US dollars per 1,000 tokens, from the beginning of time. */
    public static ModelPrice.Builder price(String input, String output) {
        return ModelPrice.newBuilder().setCostInput(new BigDecimal(input)).setCostOutput(new BigDecimal(output));
    }

    /** Another price, of input and output alike, for a stretch of time. */
    public static PriceCorrection correction(int number, Instant from, Instant until, String rate) {
        return PriceCorrection.newBuilder()
                .setNumber(number)
                .setRangeStart(from)
                .setRangeEnd(until)
                .setPrice(price(rate, rate).build())
                .build();
    }

    public static Model model(String id, ModelPrice... prices) {
        return Model.newBuilder()
                .setId(id)
                .setUuid("7d8b6f52-0000-4000-8000-000000000001")
                .setProvider("p")
                .setName("m")
                .setModelType(ModelType.Text)
                .setConfig("{}")
                .setStatus(EntityStatus.Active)
                .setPrices(List.of(prices))
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    public static APIKey key(
            String id,
            @Nullable String organization,
            @Nullable String daily,
            @Nullable String monthly,
            FormerOwner... formerOwners) {
        return APIKey.newBuilder()
                .setId(id)
                .setOrganization(organization)
                .setFormerOwners(List.of(formerOwners))
                .setProvider("p")
                .setLabel("key")
                .setIsDefault(true)
                .setIsActive(true)
                .setDailyQuota(daily == null ? null : new BigDecimal(daily))
                .setMonthlyQuota(monthly == null ? null : new BigDecimal(monthly))
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }
}
