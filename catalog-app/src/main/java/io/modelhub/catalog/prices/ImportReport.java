package io.modelhub.catalog.prices;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.modelhub.catalog.model.ModelListing.Proposal;
import io.modelhub.catalog.model.PriceView;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an import did, or would do.
 *
 * @param skipped the entries that are no models or whose price can't be told
 * @param suspicious the models whose price may be a mistake of the list; they were left as they are unless accepted
 * @param warnings what imported prices leave out
 * @param created identifiers of the new models
 * @param updated what changed of models that were there
 */
record ImportReport(
        int providersCreated,
        int modelsCreated,
        int modelsUpdated,
        int modelsUnchanged,
        String format,
        boolean preview,
        List<Remark> skipped,
        List<Suspicious> suspicious,
        List<Remark> warnings,
        List<Created> created,
        List<Updated> updated) {

    /** @param accepted whether the request said that the price is right: then it counts among the others too */
    record Suspicious(@JsonUnwrapped Suspicion why, String reason, boolean accepted) {

        static Suspicious of(Suspicion why, boolean accepted) {
            String reason = "its %s of %s is %s %s, %s"
                    .formatted(
                            why.rate(),
                            why.listed().stripTrailingZeros().toPlainString(),
                            howFar(why.listed(), why.usual()),
                            switch (why.comparedWith()) {
                                case "own_last" -> "its last one";
                                case "namesakes" -> "that of the same model at other providers";
                                case "provider" -> "the usual one of its provider's models of the type";
                                default -> "the usual one of the models of its type";
                            },
                            why.usual().stripTrailingZeros().toPlainString());
            return new Suspicious(why, reason, accepted);
        }

        /** Rounded down: what is called 100 times is that at least. */
        private static String howFar(BigDecimal listed, BigDecimal usual) {
            if (listed.signum() == 0) {
                return "nothing beside";
            }
            BigDecimal larger = listed.max(usual);
            String times = String.format(
                    Locale.ROOT,
                    "%,d times",
                    larger.divideToIntegralValue(listed.min(usual)).toBigInteger());
            return larger.equals(listed) ? times : times + " less than";
        }
    }

    record Created(String id, List<PriceView.Period> prices) {

        static Created of(Proposal proposal) {
            return new Created(proposal.listed().id(), proposal.opened());
        }
    }

    /**
     * @param changes the fields that differ
     * @param from the price that stood; null: none, or it stands still
     * @param to the periods that the list opens
     */
    record Updated(String id, List<String> changes, PriceView.@Nullable Stated from, List<PriceView.Period> to) {

        static Updated of(Proposal proposal) {
            return new Updated(
                    proposal.listed().id(),
                    proposal.changes(),
                    proposal.standing() == null || !proposal.changesPrice()
                            ? null
                            : PriceView.Stated.of(proposal.standing()),
                    proposal.opened());
        }
    }
}
