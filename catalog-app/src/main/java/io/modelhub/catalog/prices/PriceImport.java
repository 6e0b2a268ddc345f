package io.modelhub.catalog.prices;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.model.ChargedRates;
import io.modelhub.catalog.model.ListedModel;
import io.modelhub.catalog.model.ListedPrice;
import io.modelhub.catalog.model.ModelListing;
import io.modelhub.catalog.model.ModelListing.Proposal;
import io.modelhub.catalog.model.Price;
import io.modelhub.catalog.model.Rates;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.outbox.Changes;
import io.modelhub.catalog.provider.Providers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Imports a price list in one transaction, all of it or nothing. A price that may be a mistake of the list is left out unless
 * it is accepted. A second import of the same list changes nothing.
 */
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

    /** @param accepted whether the suspicious price of a model, by its identifier, is right */
    Outcome<ImportReport> apply(PriceListFormat format, PriceList list, Predicate<String> accepted) {
        return changes.commit(change -> {
            Sifted sifted = sift(change, list, accepted);
            int created = providers.registerMissing(change, slugs(sifted.applicable()));
            models.apply(change, sifted.applicable());
            return Outcome.done(report(format, false, list, sifted, created));
        });
    }

    /** What {@link #apply} would do now. */
    Outcome<ImportReport> preview(PriceListFormat format, PriceList list, Predicate<String> accepted) {
        return changes.commit(change -> {
            Sifted sifted = sift(change, list, accepted);
            Set<String> slugs = slugs(sifted.applicable());
            return Outcome.done(report(
                    format,
                    true,
                    list,
                    sifted,
                    slugs.size() - providers.names(slugs).size()));
        });
    }

    /** What a list would do, without what it should better not. */
    private record Sifted(List<Proposal> applicable, List<ImportReport.Suspicious> suspicious) {}

    private Sifted sift(Change change, PriceList list, Predicate<String> accepted) {
        List<Proposal> proposals = models.propose(change, list.models().values());
        Neighbours neighbours = new Neighbours(neighbours(list));
        List<Proposal> applicable = new ArrayList<>();
        List<ImportReport.Suspicious> suspicious = new ArrayList<>();
        for (Proposal proposal : proposals) {
            Optional<Suspicion> suspicion = suspicion(proposal, neighbours);
            boolean isAccepted = accepted.test(proposal.listed().id());
            suspicion.ifPresent(why -> suspicious.add(ImportReport.Suspicious.of(why, isAccepted)));
            if (suspicion.isEmpty() || isAccepted) {
                applicable.add(proposal);
            }
        }
        return new Sifted(applicable, suspicious);
    }

    /** The list's models as it has them, and the catalog's other ones. */
    private List<ChargedRates> neighbours(PriceList list) {
        List<ChargedRates> neighbours = new ArrayList<>(
                list.models().values().stream().map(PriceImport::charged).toList());
        models.charged().stream()
                .filter(model -> !list.models().containsKey(model.id()))
                .forEach(neighbours::add);
        return neighbours;
    }

    private static ChargedRates charged(ListedModel listed) {
        Rates rates = listed.prices().get(listed.prices().size() - 1).price().rates();
        return new ChargedRates(
                listed.id(), listed.provider(), listed.name(), listed.type(), rates.input(), rates.output());
    }

    /** Only what would change a price can be suspicious: one that was accepted once stays so. */
    private static Optional<Suspicion> suspicion(Proposal proposal, Neighbours neighbours) {
        if (!proposal.changesPrice()) {
            return Optional.empty();
        }
        ListedModel listed = proposal.listed();
        Price standing = proposal.standing();
        for (ListedPrice price : listed.prices()) {
            Optional<Suspicion> suspicion = standing == null
                    ? neighbours.judge(charged(listed), price.price())
                    : ofItself(listed.id(), standing.rates(), price.price().rates())
                            .or(() -> neighbours.judge(charged(listed), price.price()));
            if (suspicion.isPresent()) {
                return suspicion;
            }
        }
        return Optional.empty();
    }

    private static Optional<Suspicion> ofItself(String id, Rates last, Rates listed) {
        return ofItself(id, "cost_input", last.input(), listed.input())
                .or(() -> ofItself(id, "cost_output", last.output(), listed.output()))
                .or(() -> ofItself(id, "cost_input_cached", last.inputCached(), listed.inputCached()))
                .or(() -> ofItself(id, "cost_cache_write", last.cacheWrite(), listed.cacheWrite()))
                .or(() -> ofItself(id, "cost_reasoning", last.reasoning(), listed.reasoning()));
    }

    /** A rate that was something and is now nothing is as suspicious; one that was nothing has no measure. */
    private static Optional<Suspicion> ofItself(
            String id, String rate, @Nullable BigDecimal last, @Nullable BigDecimal listed) {
        return last != null && listed != null && last.signum() > 0 && Neighbours.isFar(listed, last)
                ? Optional.of(new Suspicion(id, rate, listed, "own_last", last))
                : Optional.empty();
    }

    private static Set<String> slugs(List<Proposal> proposals) {
        return proposals.stream().map(proposal -> proposal.listed().provider()).collect(Collectors.toSet());
    }

    private static ImportReport report(
            PriceListFormat format, boolean preview, PriceList list, Sifted sifted, int providersCreated) {
        List<Proposal> changing = sifted.applicable().stream()
                .filter(proposal -> !proposal.isUnchanged())
                .toList();
        List<ImportReport.Created> created = changing.stream()
                .filter(Proposal::isNew)
                .map(ImportReport.Created::of)
                .toList();
        List<ImportReport.Updated> updated = changing.stream()
                .filter(proposal -> !proposal.isNew())
                .map(ImportReport.Updated::of)
                .toList();
        return new ImportReport(
                providersCreated,
                created.size(),
                updated.size(),
                sifted.applicable().size() - changing.size(),
                format.id(),
                preview,
                list.skipped(),
                sifted.suspicious(),
                list.warnings(),
                created,
                updated);
    }
}
