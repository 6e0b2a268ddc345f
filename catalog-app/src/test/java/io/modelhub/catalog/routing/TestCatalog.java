package io.modelhub.catalog.routing;

import io.modelhub.catalog.condition.Condition;
import io.modelhub.catalog.key.KeyChoice.Obstacle;
import io.modelhub.catalog.performance.Performance;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.Organization;
import io.modelhub.schema.Provider;
import io.modelhub.schema.RoutingRule;
import io.modelhub.schema.RoutingRuleModel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A catalog as the topics say it, for tests of the router. */
final class TestCatalog {

    private final List<Organization> organizations = new ArrayList<>();
    private final List<Provider> providers = new ArrayList<>();
    private final List<Model> models = new ArrayList<>();
    private final List<APIKey> keys = new ArrayList<>();
    private final List<ReadRule> rules = new ArrayList<>();
    private final Set<String> overQuota = new HashSet<>();
    private final Map<String, Performance> performances = new HashMap<>();

    static String uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    TestCatalog organization(String id, EntityStatus status) {
        organizations.add(Organization.newBuilder()
                .setId(id)
                .setName(id)
                .setTimeZone("UTC")
                .setStatus(status)
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH)
                .build());
        return this;
    }

    TestCatalog provider(String slug, EntityStatus status) {
        providers.add(Provider.newBuilder()
                .setSlug(slug)
                .setName(slug)
                .setStatus(status)
                .setConfig("{}")
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH)
                .build());
        return this;
    }

    TestCatalog model(String id, EntityStatus status) {
        return model(id, ModelType.Text, status);
    }

    TestCatalog model(String id, ModelType type, EntityStatus status) {
        int slash = id.indexOf('/');
        models.add(Model.newBuilder()
                .setId(id)
                .setUuid(uuid(id))
                .setProvider(id.substring(0, slash))
                .setName(id.substring(slash + 1))
                .setModelType(type)
                .setConfig("{}")
                .setStatus(status)
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH)
                .build());
        return this;
    }

    TestCatalog key(String label, @Nullable String organization, String provider) {
        return key(label, organization, provider, false, true);
    }

    /** Its identifier is made of its label. */
    TestCatalog key(String label, @Nullable String organization, String provider, boolean isDefault, boolean isActive) {
        keys.add(APIKey.newBuilder()
                .setId(label)
                .setOrganization(organization)
                .setProvider(provider)
                .setLabel(label)
                .setFingerprint("x4Tb")
                .setIsDefault(isDefault)
                .setIsActive(isActive)
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH)
                .build());
        return this;
    }

    TestCatalog overQuota(String key) {
        overQuota.add(key);
        return this;
    }

    TestCatalog performance(String model, long requests, double errorRate, double p95) {
        performances.put(model, new Performance(requests, errorRate, p95, p95, p95));
        return this;
    }

    /** A rule for text models, each of the weight 1. */
    TestCatalog rule(String name, @Nullable String organization, int priority, String conditions, String... ids) {
        return rule(published(name, organization, priority, conditions, ids).build());
    }

    TestCatalog rule(RoutingRule rule) {
        rules.add(ReadRule.of(rule));
        return this;
    }

    static RoutingRule.Builder published(
            String name, @Nullable String organization, int priority, String conditions, String... ids) {
        List<RoutingRuleModel> entries = new ArrayList<>();
        for (String id : ids) {
            entries.add(RoutingRuleModel.newBuilder().setModel(id).setWeight(1).build());
        }
        return RoutingRule.newBuilder()
                .setId(uuid("rule " + name))
                .setOrganization(organization)
                .setName(name)
                .setPriority(priority)
                .setModelType(ModelType.Text)
                .setConditions(conditions)
                .setMinCalls(20L)
                .setModels(entries)
                .setRevision(1)
                .setUpdatedAt(Instant.EPOCH);
    }

    RoutingTable table() {
        return RoutingTable.of(organizations, providers, models, keys, rules);
    }

    Router router() {
        return new Router(this::obstacle, model -> performances.getOrDefault(model, Performance.NONE));
    }

    private Optional<Obstacle> obstacle(APIKey key) {
        if (!key.getIsActive()) {
            return Optional.of(Obstacle.INACTIVE);
        }
        return overQuota.contains(key.getId()) ? Optional.of(Obstacle.QUOTA_REACHED) : Optional.empty();
    }

    Resolution resolve(RouteRequest request) {
        return router().resolve(table(), request, true);
    }

    static RouteRequest request(@Nullable String organization, @Nullable String seed, String... exclude) {
        return new RouteRequest(
                organization,
                ModelType.Text,
                Condition.facts(organization, "Text", Map.of("tier", "gold")),
                Set.of(exclude),
                seed);
    }
}
