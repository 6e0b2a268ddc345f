package io.modelhub.catalog.rule;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.model.Models;
import io.modelhub.catalog.organization.Organizations;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.page.ColumnType;
import io.modelhub.catalog.page.ListRequest;
import io.modelhub.catalog.page.Listing;
import io.modelhub.catalog.page.Page;
import io.modelhub.catalog.request.Edit;
import io.modelhub.catalog.request.Precondition;
import io.modelhub.schema.ModelType;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The routing rules, and their publication. */
@Component
class RoutingRules {

    /** As the organization of general rules, {@code -} is reserved for none. */
    private static final Listing<UUID> LISTING = Listing.of("routing_rule", "id", ColumnType.UUIDS)
            .sortedBy("name", ColumnType.TEXT)
            .sortedBy("priority", ColumnType.NUMBER)
            .sortedBy("updated_at", ColumnType.TIME)
            .filteredBy("organization", ColumnType.TEXT, "coalesce(organization, '-') = ?")
            .filteredBy("model_type", Arrays.asList(ModelType.values()))
            .filteredBy(
                    "model",
                    ColumnType.TEXT,
                    "EXISTS (SELECT FROM routing_rule_model WHERE rule = routing_rule.id AND model = ?)")
            .searchedBy("id", "name");

    private final RoutingRuleTable table;
    private final Organizations organizations;
    private final Models models;
    private final Topic<String, io.modelhub.schema.RoutingRule> topic;
    private final JdbcClient jdbc;

    RoutingRules(RoutingRuleTable table, Organizations organizations, Models models, Topics topics, JdbcClient jdbc) {
        this.table = table;
        this.organizations = organizations;
        this.models = models;
        this.topic = topics.routingRules();
        this.jdbc = jdbc;
    }

    Outcome<RoutingRule> find(UUID id) {
        return table.findById(id).map(Outcome::done).orElseGet(() -> unknown(id));
    }

    Outcome<Page<RoutingRule>> list(ListRequest asked) {
        return LISTING.page(jdbc, asked, table::findByIdIn, RoutingRule::id);
    }

    Outcome<RoutingRule> create(Change change, Fields fields) {
        RoutingRuleBody body = RoutingRuleBody.read(fields);
        checkReferences(fields, body);
        return Outcome.checked(fields, () -> write(change, null, body.rule(UUID.randomUUID(), 0, change.at())));
    }

    Outcome<RoutingRule> edit(Change change, UUID id, Edit edit) {
        return locked(
                id,
                current -> edit.of(RoutingRuleView.of(current), fields -> {
                    RoutingRuleBody body = RoutingRuleBody.read(fields);
                    fields.unchanged("id", id.toString());
                    checkReferences(fields, body);
                    return Outcome.checked(
                            fields, () -> write(change, current, body.rule(id, current.revision(), change.at())));
                }));
    }

    /** What a rule refers to must be there, and its models must make what it is for. */
    private void checkReferences(Fields fields, RoutingRuleBody body) {
        String organization = body.organization();
        if (organization != null && !organization.isEmpty() && !organizations.exist(organization)) {
            fields.report("organization", "unknown", "there is no such organization");
        }
        List<String> ids = body.models().stream().map(RoutingRuleModel::model).toList();
        Map<String, ModelType> types = models.types(ids);
        for (int index = 0; index < ids.size(); index++) {
            ModelType type = types.get(ids.get(index));
            String field = "models[" + index + "].model";
            if (type == null && !ids.get(index).isEmpty()) {
                fields.report(field, "unknown", "there is no such model");
            } else if (type != null && type != body.modelType()) {
                fields.report(field, "other_model_type", "is a " + type + " model, and the rule is for another type");
            }
        }
    }

    private RoutingRule write(Change change, @Nullable RoutingRule before, RoutingRule after) {
        RoutingRule written = table.save(after);
        change.publish(topic, written.id().toString(), before == null ? null : before.published(), written.published());
        return written;
    }

    Outcome<RoutingRule> delete(Change change, UUID id, Precondition precondition) {
        return locked(
                id,
                current -> precondition.guard(current.revision(), () -> {
                    table.delete(current);
                    change.retract(topic, id.toString(), current.published());
                    return Outcome.done(current);
                }));
    }

    /** Holds the row until the transaction ends. */
    private Outcome<RoutingRule> locked(UUID id, Function<RoutingRule, Outcome<RoutingRule>> work) {
        return table.findLockedById(id).map(work).orElseGet(() -> unknown(id));
    }

    private static Outcome<RoutingRule> unknown(UUID id) {
        return Outcome.unknown("routing rule " + id);
    }
}
