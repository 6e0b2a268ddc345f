package io.modelhub.catalog.key;

import io.modelhub.catalog.outbox.Mirrored;
import io.modelhub.schema.APIKey;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** API keys in the database and on their topic. The topic has no secrets, so a key that comes from there awaits its own. */
@Component
@Order(5)
final class ApiKeyMirror implements Mirrored<APIKey> {

    private final ApiKeyTable rows;
    private final Topic<String, APIKey> topic;

    ApiKeyMirror(ApiKeyTable rows, Topics topics) {
        this.rows = rows;
        this.topic = topics.apiKeys();
    }

    @Override
    public Topic<String, APIKey> topic() {
        return topic;
    }

    @Override
    public String table() {
        return "api_key";
    }

    @Override
    public String keyColumn() {
        return "id";
    }

    @Override
    public Map<String, APIKey> states(Collection<String> keys) {
        return rows.findByIdIn(keys.stream().map(UUID::fromString).toList()).stream()
                .map(ApiKey::published)
                .collect(Collectors.toMap(APIKey::getId, state -> state));
    }

    @Override
    public void insert(Collection<APIKey> states) {
        rows.saveAll(states.stream().map(ApiKeyMirror::row).toList());
    }

    private static ApiKey row(APIKey state) {
        return new ApiKey(
                UUID.fromString(state.getId()),
                state.getOrganization(),
                state.getFormerOwners().stream().map(FormerOwner::of).toList(),
                state.getProvider(),
                state.getLabel(),
                null,
                state.getFingerprint(),
                state.getIsDefault(),
                state.getIsActive(),
                state.getDailyQuota(),
                state.getMonthlyQuota(),
                0,
                state.getUpdatedAt());
    }
}
