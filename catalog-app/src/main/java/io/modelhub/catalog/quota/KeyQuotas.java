package io.modelhub.catalog.quota;

import io.modelhub.catalog.follow.Followers;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.topic.Topics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What the aggregator last said of each API key's spending: the compacted topic {@code modelhub.quota.keys}, followed into
 * memory. It is shown, and never written back.
 */
@Component
public class KeyQuotas {

    private final Map<String, KeyQuotaState> states = new ConcurrentHashMap<>();

    KeyQuotas(Followers followers, Topics topics) {
        followers.follow(topics.quotaKeys(), this::take);
    }

    private void take(String apiKey, @Nullable KeyQuotaState state) {
        if (state == null) {
            states.remove(apiKey);
        } else {
            states.put(apiKey, state);
        }
    }

    /** Null: the aggregator has said nothing of the key yet. */
    public @Nullable KeyQuotaState of(String apiKey) {
        return states.get(apiKey);
    }
}
