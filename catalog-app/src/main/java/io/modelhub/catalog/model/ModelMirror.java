package io.modelhub.catalog.model;

import io.modelhub.catalog.outbox.Mirrored;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.PriceTier;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Models with all their price periods, in the database and on their topic. */
@Component
@Order(3)
final class ModelMirror implements Mirrored<io.modelhub.schema.Model> {

    private final ModelTable rows;
    private final PriceBook priceBook;
    private final Topic<String, io.modelhub.schema.Model> topic;

    ModelMirror(ModelTable rows, PriceBook priceBook, Topics topics) {
        this.rows = rows;
        this.priceBook = priceBook;
        this.topic = topics.models();
    }

    @Override
    public Topic<String, io.modelhub.schema.Model> topic() {
        return topic;
    }

    @Override
    public String table() {
        return "model";
    }

    @Override
    public String keyColumn() {
        return "id";
    }

    @Override
    public Map<String, io.modelhub.schema.Model> states(Collection<String> keys) {
        List<Model> found = rows.findByIdIn(keys);
        Map<UUID, PriceHistory> prices =
                priceBook.of(found.stream().map(Model::uuid).toList());
        return found.stream()
                .collect(Collectors.toMap(
                        Model::id, model -> model.published(prices.getOrDefault(model.uuid(), PriceHistory.EMPTY))));
    }

    @Override
    public void insert(Collection<io.modelhub.schema.Model> states) {
        rows.saveAll(states.stream().map(ModelMirror::row).toList());
        Map<UUID, PriceHistory> prices = states.stream()
                .collect(Collectors.toMap(state -> UUID.fromString(state.getUuid()), ModelMirror::prices));
        priceBook.write(Map.of(), prices);
    }

    private static Model row(io.modelhub.schema.Model state) {
        return new Model(
                UUID.fromString(state.getUuid()),
                state.getId(),
                state.getProvider(),
                state.getName(),
                state.getVersion(),
                state.getModelType(),
                state.getCapabilities(),
                state.getConfig(),
                state.getContextWindow(),
                state.getStatus(),
                0,
                state.getUpdatedAt());
    }

    private static PriceHistory prices(io.modelhub.schema.Model state) {
        return new PriceHistory(
                state.getPrices().stream().map(ModelMirror::period).toList(),
                state.getCorrections().stream().map(ModelMirror::correction).toList());
    }

    private static PricePeriod period(ModelPrice stated) {
        return new PricePeriod(stated.getEffectiveFrom(), price(stated), stated.getRecordedAt(), stated.getReason());
    }

    private static PriceCorrection correction(io.modelhub.schema.PriceCorrection correction) {
        ModelPrice stated = correction.getPrice();
        return new PriceCorrection(
                correction.getNumber(),
                correction.getRangeStart(),
                correction.getRangeEnd(),
                price(stated),
                stated.getRecordedAt(),
                stated.getReason());
    }

    private static Price price(ModelPrice stated) {
        Rates rates = new Rates(
                stated.getCostInput(),
                stated.getCostOutput(),
                stated.getCostInputCached(),
                stated.getCostCacheWrite(),
                stated.getCostReasoning());
        return new Price(
                rates, stated.getTiers().stream().map(ModelMirror::tier).toList());
    }

    private static Price.Tier tier(PriceTier tier) {
        return new Price.Tier(
                tier.getAboveInputTokens(),
                new Rates(
                        tier.getCostInput(),
                        tier.getCostOutput(),
                        tier.getCostInputCached(),
                        tier.getCostCacheWrite(),
                        tier.getCostReasoning()));
    }
}
