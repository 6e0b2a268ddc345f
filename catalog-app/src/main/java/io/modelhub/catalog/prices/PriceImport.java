package io.modelhub.catalog.prices;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.model.ListedModel;
import io.modelhub.catalog.model.ModelListing;
import io.modelhub.catalog.outbox.Changes;
import io.modelhub.catalog.provider.Providers;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Imports a price list in one transaction. A second import of the same list changes nothing. */
@Component
class PriceImport {

    private final Changes changes;
    private final Providers providers;
    private final ModelListing models;

    PriceImport(Changes changes, Providers providers, ModelListing models) {
        this.changes = changes;
        this.providers = providers;
        this.models = models;
    }

    Outcome<ImportReport> apply(LiteLlmPriceMap list) {
        return changes.commit(change -> {
            Set<String> slugs =
                    list.models().values().stream().map(ListedModel::provider).collect(Collectors.toSet());
            int providersCreated = providers.registerMissing(change, slugs);
            ModelListing.Applied applied = models.apply(change, list.models());
            return Outcome.done(new ImportReport(
                    providersCreated, applied.created(), applied.updated(), applied.unchanged(), list.skipped()));
        });
    }
}
