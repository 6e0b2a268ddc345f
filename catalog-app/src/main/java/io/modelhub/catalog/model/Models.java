package io.modelhub.catalog.model;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.page.ColumnType;
import io.modelhub.catalog.page.ListRequest;
import io.modelhub.catalog.page.Listing;
import io.modelhub.catalog.page.Page;
import io.modelhub.catalog.provider.Providers;
import io.modelhub.catalog.request.Edit;
import io.modelhub.catalog.request.Precondition;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.ModelType;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The models with their prices, and their publication. */
@Component
class Models {

    private static final int NAME_LENGTH = 150;
    private static final int VERSION_LENGTH = 40;

    private static final Listing<String> LISTING = Listing.of("model", "id", ColumnType.TEXT)
            .sortedBy("name", ColumnType.TEXT)
            .sortedBy("updated_at", ColumnType.TIME)
            .filteredBy("provider", ColumnType.TEXT)
            .filteredBy("model_type", Arrays.asList(ModelType.values()))
            .filteredBy("capability", ColumnType.TEXT, "capabilities @> ARRAY[?]::text[]")
            .filteredBy("status", Arrays.asList(EntityStatus.values()))
            .searchedBy("id");

    private final ModelTable table;
    private final PriceBook priceBook;
    private final PriceChange priceChange;
    private final Providers providers;
    private final Topic<String, io.modelhub.schema.Model> topic;
    private final JdbcClient jdbc;

    Models(
            ModelTable table,
            PriceBook priceBook,
            PriceChange priceChange,
            Providers providers,
            Topics topics,
            JdbcClient jdbc) {
        this.table = table;
        this.priceBook = priceBook;
        this.priceChange = priceChange;
        this.providers = providers;
        this.topic = topics.models();
        this.jdbc = jdbc;
    }

    Outcome<PricedModel> find(UUID uuid) {
        return table.findByUuid(uuid).map(model -> Outcome.done(priced(model))).orElseGet(() -> unknown(uuid));
    }

    Outcome<PricedModel> find(String id) {
        return table.findById(id).map(model -> Outcome.done(priced(model))).orElseGet(() -> unknown(id));
    }

    Outcome<Page<PricedModel>> list(ListRequest asked) {
        return LISTING.page(
                jdbc,
                asked,
                ids -> priced(table.findByIdIn(ids)),
                priced -> priced.model().id());
    }

    Outcome<PricedModel> create(Change change, Fields fields) {
        String provider = fields.slug("provider");
        String name = fields.word("name", NAME_LENGTH);
        String version = fields.optionalWord("version", VERSION_LENGTH);
        ModelBody body = ModelBody.read(fields);
        if (!provider.isEmpty() && !providers.exist(provider)) {
            fields.report("provider", "unknown", "there is no such provider");
        }
        return Outcome.checked(fields, () -> {
            String id = Model.identifier(provider, name, version);
            Model fresh = model(UUID.randomUUID(), id, provider, name, version, body, 0, change);
            return write(change, null, fresh, body);
        });
    }

    Outcome<PricedModel> edit(Change change, UUID uuid, Edit edit) {
        return locked(uuid, found -> {
            PricedModel current = priced(found);
            return edit.of(ModelView.of(current), fields -> {
                ModelBody body = ModelBody.read(fields);
                fields.unchanged("uuid", uuid.toString());
                fields.unchanged("id", found.id());
                fields.unchanged("provider", found.provider());
                fields.unchanged("name", found.name());
                fields.unchanged("version", found.version());
                if (body.price() == null && !current.prices().isEmpty()) {
                    requirePrice(fields);
                }
                return Outcome.checked(fields, () -> {
                    Model next = model(
                            uuid,
                            found.id(),
                            found.provider(),
                            found.name(),
                            found.version(),
                            body,
                            found.revision(),
                            change);
                    return write(change, current, next, body);
                });
            });
        });
    }

    /** Periods have no gap, so a price can be changed and not taken back. */
    private static void requirePrice(Fields fields) {
        for (String rate : List.of("cost_input", "cost_output")) {
            if (!fields.has(rate)) {
                fields.report(rate, "required", "is required: a model that has a price keeps one");
            }
        }
    }

    private static Model model(
            UUID uuid,
            String id,
            String provider,
            String name,
            @Nullable String version,
            ModelBody body,
            long revision,
            Change change) {
        return new Model(
                uuid,
                id,
                provider,
                name,
                version,
                body.modelType(),
                body.capabilities(),
                body.config(),
                body.contextWindow(),
                body.status(),
                revision,
                change.at());
    }

    private PricedModel write(Change change, @Nullable PricedModel current, Model next, ModelBody body) {
        List<PricePeriod> before = current == null ? List.of() : current.prices();
        Model written = table.save(next);
        List<PricePeriod> after = priceChange.apply(before, body.price(), change.at());
        priceBook.append(Map.of(written.uuid(), before), Map.of(written.uuid(), after));
        change.publish(topic, written.id(), current == null ? null : current.published(), written.published(after));
        return new PricedModel(written, providerName(written), after);
    }

    Outcome<Model> delete(Change change, UUID uuid, Precondition precondition) {
        return locked(
                uuid,
                current -> precondition.guard(current.revision(), () -> {
                    io.modelhub.schema.Model before = priced(current).published();
                    table.delete(current);
                    change.retract(topic, current.id(), before);
                    return Outcome.done(current);
                }));
    }

    /** Holds the row until the transaction ends. */
    private <T> Outcome<T> locked(UUID uuid, Function<Model, Outcome<T>> work) {
        return table.findLockedByUuid(uuid).map(work).orElseGet(() -> unknown(uuid));
    }

    private PricedModel priced(Model model) {
        return priced(List.of(model)).get(0);
    }

    private List<PricedModel> priced(List<Model> models) {
        Map<UUID, List<PricePeriod>> prices =
                priceBook.of(models.stream().map(Model::uuid).toList());
        Map<String, String> names =
                providers.names(models.stream().map(Model::provider).collect(Collectors.toSet()));
        return models.stream()
                .map(model -> new PricedModel(
                        model,
                        names.getOrDefault(model.provider(), model.provider()),
                        prices.getOrDefault(model.uuid(), List.of())))
                .toList();
    }

    private String providerName(Model model) {
        return providers.names(List.of(model.provider())).getOrDefault(model.provider(), model.provider());
    }

    private static <T> Outcome<T> unknown(Object address) {
        return Outcome.unknown("model " + address);
    }
}
