package io.modelhub.aggregator.price;

import io.modelhub.aggregator.catalog.LastingBook;
import io.modelhub.aggregator.source.Call;
import io.modelhub.aggregator.source.Rejection;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.FormerOwner;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives each accepted call its cost and its organization. A sent cost stands; else the model's price in force at the call's
 * own time is applied, of those stated when the call was written to the log; else the call is unpriced. The organization whose the API key was then, where
 * it was one's, overrides the event's. Models and keys that were deleted go on as they were last.
 */
public final class Pricer {

    private static final Optional<Rejection> OVERFLOW = Optional.of(new Rejection(
            "cost_overflow", "cost", "at its model's price the call costs more than 9.2 million US dollars"));

    private final LastingBook<CatalogModel> models;
    private final LastingBook<APIKey> keys;
    private final Runnable onMismatch;

    /** @param onMismatch runs for each call whose organization is not its key's */
    public Pricer(LastingBook<CatalogModel> models, LastingBook<APIKey> keys, Runnable onMismatch) {
        this.models = models;
        this.keys = keys;
        this.onMismatch = onMismatch;
    }

    /**
     * @param appendTime of the call's record, epoch milliseconds
     * @return why the call can't be counted; empty where it is priced
     */
    public Optional<Rejection> price(Call call, long appendTime) {
        call.countedFor = organizationOf(call, appendTime);
        try {
            charge(call, appendTime, models.find(call.model));
            return Optional.empty();
        } catch (ArithmeticException e) {
            return OVERFLOW;
        }
    }

    /**
     * Gives a call its cost alone.
     *
     * @param appendTime of the call's record, epoch milliseconds
     * @param model null: the catalog never knew it
     * @throws ArithmeticException the cost doesn't fit into 64 bits
     */
    public static CostSource charge(Call call, long appendTime, @Nullable CatalogModel model) {
        Measures measures = call.measures;
        measures.unpricedCalls = 0;
        if (call.sentCostPicos != Call.NOT_SENT) {
            measures.costPicos = call.sentCostPicos;
            return CostSource.SENT;
        }
        long cost = model == null ? ModelPrices.NO_PRICE : model.prices().costPicos(measures, appendTime);
        boolean isUnpriced = cost == ModelPrices.NO_PRICE;
        measures.unpricedCalls = isUnpriced ? 1 : 0;
        measures.costPicos = isUnpriced ? 0 : cost;
        return isUnpriced ? CostSource.UNPRICED : CostSource.CATALOG;
    }

    private String organizationOf(Call call, long appendTime) {
        String sent = call.organization;
        APIKey key = call.apiKey == null ? null : keys.find(call.apiKey);
        String ofKey = key == null ? null : ownerOf(key, appendTime);
        if (ofKey == null || ofKey.equals(sent)) { // Of equal texts the sent one: others compare it without reading it.
            return sent == null ? Call.NO_ORGANIZATION : sent;
        }
        if (sent != null) {
            onMismatch.run();
        }
        return ofKey;
    }

    /** Whose the key was when the call was written; null: it served every organization. */
    private static @Nullable String ownerOf(APIKey key, long appendTime) {
        List<FormerOwner> former = key.getFormerOwners();
        for (int i = 0; i < former.size(); i++) { // Without an iterator: nearly every call finds none.
            if (appendTime < former.get(i).getOwnedUntil().toEpochMilli()) {
                return former.get(i).getOrganization();
            }
        }
        return key.getOrganization();
    }
}
