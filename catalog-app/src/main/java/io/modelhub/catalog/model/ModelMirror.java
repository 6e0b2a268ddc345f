package io.modelhub.catalog.model;

import io.modelhub.catalog.outbox.Mirrored;
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
        Map<UUID, PriceHistory> prices =
                states.stream().collect(Collectors.toMap(state -> UUID.fromString(state.getUuid()), PriceHistory::of));
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
}
