package io.modelhub.catalog.key;

import io.modelhub.catalog.outbox.DeletedEntities;
import io.modelhub.schema.APIKey;
import io.modelhub.topic.Topics;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What API keys were when they were deleted: their calls count for whose they were (ADR 158). */
@Component
@Order(7)
final class DeletedApiKeys extends DeletedEntities<APIKey> {

    DeletedApiKeys(Topics topics, JdbcTemplate jdbc) {
        super(topics.deletedApiKeys(), "deleted_api_key", APIKey.class, jdbc);
    }
}
