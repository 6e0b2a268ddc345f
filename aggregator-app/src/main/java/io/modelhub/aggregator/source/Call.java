package io.modelhub.aggregator.source;

import io.modelhub.aggregator.sum.Measures;
import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A usage event as the stages need it: read, then priced. One object per task, filled again for each event, with plain fields
 * as {@link Measures} has them.
 */
public final class Call {

    /** Stands for the organization of calls that have none. */
    public static final String NO_ORGANIZATION = "-";

    /** The cost of a call that the sender left to the catalog. */
    public static final long NOT_SENT = -1;

    private static final byte[] NO_BYTES = {};

    /** UTF-8 of the event's id: the bytes of this array in [idFrom, idFrom + idLength). */
    public byte[] id = NO_BYTES;

    public int idFrom;
    public int idLength;

    public String model = "";

    /** As the event says; null for none. */
    public @Nullable String organization;

    public @Nullable String apiKey;
    public @Nullable String routingRule;

    /** In 10^-12 US dollars, or {@link #NOT_SENT}. */
    public long sentCostPicos = NOT_SENT;

    public final Measures measures = new Measures();

    /** That the call counts for: the API key's, else the event's, else "-". Known once the call is priced. */
    public String countedFor = NO_ORGANIZATION;

    /** @param usage that keeps the {@link UsageRules} */
    public static Call of(ModelMetrics usage) {
        Call call = new Call();
        call.set(usage);
        return call;
    }

    void set(ModelMetrics usage) {
        id = usage.getEventId().getBytes(StandardCharsets.UTF_8);
        idFrom = 0;
        idLength = id.length;
        model = usage.getModel();
        organization = usage.getOrganization();
        apiKey = usage.getApiKey();
        routingRule = usage.getRoutingRule();
        BigDecimal cost = usage.getCost();
        // The schema's scale is that of a pico, and the rules keep the amount far below 64 bits.
        sentCostPicos = cost == null ? NOT_SENT : cost.unscaledValue().longValueExact();
        measures.set(usage);
    }

    /** The key under which an event id is unique: see {@link io.modelhub.topic.Topics#canonicalKey}. */
    public String canonicalKey() {
        if (organization != null) {
            return organization;
        }
        return apiKey != null ? apiKey : model;
    }
}
