package io.modelhub.catalog.model;

import io.modelhub.catalog.outbox.DeletedEntities;
import io.modelhub.topic.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What models were when they were deleted. An identifier never changes its meaning: a model that is created again goes on with
 * the prices from before, and what is stated of it then is a change of its price like any other (ADR 158).
 */
@Component
@Order(6)
final class DeletedModels extends DeletedEntities<io.modelhub.schema.Model> {

    DeletedModels(Topics topics, JdbcTemplate jdbc) {
        super(topics.deletedModels(), "deleted_model", io.modelhub.schema.Model.class, jdbc);
    }

    PriceHistory prices(String id) {
        return prices(List.of(id)).getOrDefault(id, PriceHistory.EMPTY);
    }

    /** By identifier; those of which none was deleted are missing. */
    Map<String, PriceHistory> prices(Collection<String> ids) {
        return states(ids).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, state -> PriceHistory.of(state.getValue())));
    }
}
