package io.modelhub.local.reprice;

import io.modelhub.local.usage.Catalog;
import io.modelhub.local.usage.Placed;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageCorrection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls that are in the same totals, whatever the totals are about: a correction is of one of these.
 *
 * @param organization that they count for; null for none
 * @param minute its beginning; every window and period is made of whole minutes
 */
record Subject(
        @Nullable String organization,
        @Nullable String apiKey,
        @Nullable String routingRule,
        String model,
        Instant minute) {

    static Subject of(Placed<ModelMetrics> call, Catalog catalog) {
        ModelMetrics usage = call.required();
        String organization = catalog.organizationOf(call);
        return new Subject(
                organization.equals(Catalog.NO_ORGANIZATION) ? null : organization,
                usage.getApiKey(),
                usage.getRoutingRule(),
                usage.getModel(),
                usage.getTimestamp().truncatedTo(ChronoUnit.MINUTES));
    }

    static Subject of(UsageCorrection correction) {
        return new Subject(
                correction.getOrganization(),
                correction.getApiKey(),
                correction.getRoutingRule(),
                correction.getModel(),
                correction.getRangeStart().truncatedTo(ChronoUnit.MINUTES));
    }

    /** Key of the corrections' topic: that of the usage. */
    String canonicalKey() {
        if (organization != null) {
            return organization;
        }
        return apiKey != null ? apiKey : model;
    }
}
