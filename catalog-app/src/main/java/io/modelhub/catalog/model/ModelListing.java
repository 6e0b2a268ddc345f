package io.modelhub.catalog.model;

import io.modelhub.catalog.outbox.Change;
import io.modelhub.schema.EntityStatus;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Brings the catalog's models to what a price list says: thousands at once, writing and publishing only what differs. */
@Component
public class ModelListing {

    /** A statement takes at most 65,535 parameters. */
    private static final int LOOK_UP = 1_000;

    private final ModelTable table;
    private final PriceBook priceBook;
    private final PriceChange priceChange;
    private final DeletedModels deleted;
    private final Topic<String, io.modelhub.schema.Model> topic;

    ModelListing(ModelTable table, PriceBook priceBook, PriceChange priceChange, DeletedModels deleted, Topics topics) {
        this.table = table;
        this.priceBook = priceBook;
        this.priceChange = priceChange;
        this.deleted = deleted;
        this.topic = topics.models();
    }

    /** What a list would do to a model. */
    public static final class Proposal {

        private final ListedModel listed;
        private final @Nullable Model current;
        private final Model next;
        private final PriceHistory before;
        private final PriceHistory after;
        private final @Nullable Price standing;

        private Proposal(
                ListedModel listed,
                @Nullable Model current,
                Model next,
                PriceHistory before,
                PriceHistory after,
                @Nullable Price standing) {
            this.listed = listed;
            this.current = current;
            this.next = next;
            this.before = before;
            this.after = after;
            this.standing = standing;
        }

        public ListedModel listed() {
            return listed;
        }

        public boolean isNew() {
            return current == null;
        }

        public boolean isUnchanged() {
            return next.equals(current) && !changesPrice();
        }

        public boolean changesPrice() {
            return !before.equals(after);
        }

        /** The price that stands without the list; null: there is none. */
        public @Nullable Price standing() {
            return standing;
        }

        /** What changes of a model that is there. */
        public List<String> changes() {
            List<String> changes = new ArrayList<>();
            if (current != null && current.modelType() != next.modelType()) {
                changes.add("model_type");
            }
            if (current != null && !current.capabilities().equals(next.capabilities())) {
                changes.add("capabilities");
            }
            if (current != null && !Objects.equals(current.contextWindow(), next.contextWindow())) {
                changes.add("context_window");
            }
            if (changesPrice()) {
                changes.add("price");
            }
            return changes;
        }

        /** The periods that the list opens. */
        public List<PriceView.Period> opened() {
            return PriceView.Period.of(after, period -> !before.periods().contains(period));
        }
    }

    /**
     * What a list would do, by identifier; holds the models' rows until the transaction ends, so that the same can be applied.
     *
     * @param listed each identifier once
     */
    public List<Proposal> propose(Change change, Collection<ListedModel> listed) {
        priceBook.enterListing();
        List<String> ids = listed.stream().map(ListedModel::id).sorted().toList();
        Map<String, Model> known = known(ids);
        Map<String, PriceHistory> formerPrices =
                deleted.prices(ids.stream().filter(id -> !known.containsKey(id)).toList());
        Map<UUID, PriceHistory> prices =
                priceBook.of(known.values().stream().map(Model::uuid).toList());
        Instant now = priceBook.now();
        return listed.stream()
                .map(listing -> {
                    Model current = known.get(listing.id());
                    Model next = current == null ? model(listing, change.at()) : current.listedAs(listing);
                    PriceHistory before = current == null
                            ? formerPrices.getOrDefault(listing.id(), PriceHistory.EMPTY)
                            : prices.getOrDefault(current.uuid(), PriceHistory.EMPTY);
                    PriceHistory after = priceChange.listed(before, listing.prices(), now);
                    Price standing = priceChange
                            .standing(before, now)
                            .map(PricePeriod::price)
                            .orElse(null);
                    return new Proposal(listing, current, next, before, after, standing);
                })
                .toList();
    }

    /** Does what was proposed in the same change. Their providers are there. */
    public void apply(Change change, List<Proposal> proposals) {
        Map<UUID, Proposal> changing = new LinkedHashMap<>();
        proposals.stream()
                .filter(proposal -> !proposal.isUnchanged())
                .forEach(proposal -> changing.put(proposal.next.uuid(), proposal));
        List<Model> written = table.saveAll(changing.values().stream()
                .map(proposal -> proposal.next.writtenAt(change.at()))
                .toList());
        Map<UUID, PriceHistory> before = new HashMap<>();
        Map<UUID, PriceHistory> after = new HashMap<>();
        changing.forEach((model, proposal) -> {
            before.put(model, proposal.isNew() ? PriceHistory.EMPTY : proposal.before);
            after.put(model, proposal.after);
        });
        priceBook.write(before, after);
        for (Model model : written) {
            Proposal proposal = Objects.requireNonNull(changing.get(model.uuid()));
            Model current = proposal.current;
            change.publish(
                    topic,
                    model.id(),
                    current == null ? null : current.published(proposal.before),
                    model.published(proposal.after));
        }
    }

    /** What each model of the catalog charges once the lead of a change is over. */
    public List<ChargedRates> charged() {
        return priceBook.inForce(priceChange.soonest(priceBook.now()));
    }

    /** @param ids sorted: with one order for everyone, two imports at once can't wait for each other */
    private Map<String, Model> known(List<String> ids) {
        Map<String, Model> known = new HashMap<>();
        for (int from = 0; from < ids.size(); from += LOOK_UP) {
            table.findLockedByIdInOrderById(ids.subList(from, Math.min(ids.size(), from + LOOK_UP)))
                    .forEach(model -> known.put(model.id(), model));
        }
        return known;
    }

    private static Model model(ListedModel listing, Instant at) {
        return new Model(
                UUID.randomUUID(),
                listing.id(),
                listing.provider(),
                listing.name(),
                null,
                listing.type(),
                Objects.requireNonNullElse(listing.capabilities(), List.of()),
                "{}",
                listing.contextWindow(),
                EntityStatus.Active,
                0,
                at);
    }
}
