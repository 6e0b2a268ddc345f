package io.modelhub.catalog.routing;

import io.modelhub.catalog.follow.EntityTable;
import io.modelhub.catalog.follow.Followers;
import io.modelhub.catalog.follow.TopicReader;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.Organization;
import io.modelhub.schema.Provider;
import io.modelhub.schema.RoutingRule;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps a {@link RoutingTable} of what the catalog's topics say: not of the database, so that every instance and every other
 * reader of the topics sees the same, and a call is routed while the database is away.
 */
@Component
class RoutingBook {

    private final EntityTable<Organization, Organization> organizations =
            new EntityTable<>(Organization::getRevision, Function.identity());
    private final EntityTable<Provider, Provider> providers =
            new EntityTable<>(Provider::getRevision, Function.identity());
    private final EntityTable<Model, Model> models = new EntityTable<>(Model::getRevision, Function.identity());
    private final EntityTable<APIKey, APIKey> apiKeys = new EntityTable<>(APIKey::getRevision, Function.identity());
    private final EntityTable<RoutingRule, ReadRule> rules = new EntityTable<>(RoutingRule::getRevision, ReadRule::of);

    private boolean changed;
    private volatile RoutingTable table = RoutingTable.EMPTY;

    RoutingBook(Followers followers, Topics topics) {
        follow(followers, topics.organizations(), organizations);
        follow(followers, topics.providers(), providers);
        follow(followers, topics.models(), models);
        follow(followers, topics.apiKeys(), apiKeys);
        follow(followers, topics.routingRules(), rules);
    }

    private <V> void follow(Followers followers, Topic<String, V> topic, EntityTable<V, ?> entities) {
        followers.follow(topic, new TopicReader<>() {
            @Override
            public void read(String key, @Nullable V entity) {
                take(entities, key, entity);
            }

            @Override
            public void settle() {
                renew();
            }
        });
    }

    private synchronized <V> void take(EntityTable<V, ?> entities, String key, @Nullable V entity) {
        changed |= entities.take(key, entity);
    }

    private synchronized void renew() {
        if (changed) {
            table = RoutingTable.of(
                    organizations.values(), providers.values(), models.values(), apiKeys.values(), rules.values());
            changed = false;
        }
    }

    RoutingTable table() {
        return table;
    }
}
