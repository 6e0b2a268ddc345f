package io.modelhub.catalog.model;

import io.modelhub.catalog.outbox.Change;
import io.modelhub.schema.EntityStatus;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Topic<String, io.modelhub.schema.Model> topic;

    ModelListing(ModelTable table, PriceBook priceBook, PriceChange priceChange, Topics topics) {
        this.table = table;
        this.priceBook = priceBook;
        this.priceChange = priceChange;
        this.topic = topics.models();
    }

    /** What became of the listed models. */
    public record Applied(int created, int updated, int unchanged) {}

    /**
     * @param listed by identifier, each once; their providers are there
     */
    public Applied apply(Change change, Map<String, ListedModel> listed) {
        Map<String, Model> known = known(listed.keySet());
        Map<UUID, List<PricePeriod>> before =
                priceBook.of(known.values().stream().map(Model::uuid).toList());
        Map<UUID, List<PricePeriod>> after = new HashMap<>();
        List<Model> changed = new ArrayList<>();
        for (ListedModel listing : listed.values()) {
            Model current = known.get(listing.id());
            Model next = model(listing, current, change.at());
            List<PricePeriod> periods = before.getOrDefault(next.uuid(), List.of());
            List<PricePeriod> nextPeriods = priceChange.apply(periods, listing.price(), change.at());
            if (!next.equals(current) || !nextPeriods.equals(periods)) {
                changed.add(next.writtenAt(change.at()));
                after.put(next.uuid(), nextPeriods);
            }
        }
        List<Model> written = table.saveAll(changed);
        priceBook.append(before, after);
        for (Model model : written) {
            Model current = known.get(model.id());
            change.publish(
                    topic,
                    model.id(),
                    current == null ? null : current.published(before.getOrDefault(model.uuid(), List.of())),
                    model.published(after.getOrDefault(model.uuid(), List.of())));
        }
        int created = listed.size() - known.size();
        return new Applied(created, changed.size() - created, listed.size() - changed.size());
    }

    private Map<String, Model> known(Collection<String> ids) {
        // One order for everyone: two imports at once can't wait for each other.
        List<String> sorted = ids.stream().sorted().toList();
        Map<String, Model> known = new HashMap<>();
        for (int from = 0; from < sorted.size(); from += LOOK_UP) {
            table.findLockedByIdInOrderById(sorted.subList(from, Math.min(sorted.size(), from + LOOK_UP)))
                    .forEach(model -> known.put(model.id(), model));
        }
        return known;
    }

    /** Equal to the current one where the list says nothing new: what a list is silent about stays. */
    private static Model model(ListedModel listing, @Nullable Model current, Instant at) {
        return current == null
                ? new Model(
                        UUID.randomUUID(),
                        listing.id(),
                        listing.provider(),
                        listing.name(),
                        null,
                        listing.modelType(),
                        listing.capabilities(),
                        "{}",
                        listing.contextWindow(),
                        EntityStatus.Active,
                        0,
                        at)
                : current.listedAs(listing);
    }
}
