package io.modelhub.catalog.model;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Page;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.outbox.Changes;
import io.modelhub.catalog.provider.Providers;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** The models with their prices, and their publication. */
@Component
class Models {

    private static final int NAME_LENGTH = 150;
    private static final int VERSION_LENGTH = 40;

    private final ModelTable table;
    private final PriceBook priceBook;
    private final PriceChange priceChange;
    private final Providers providers;
    private final Changes changes;
    private final Topic<String, io.modelhub.schema.Model> topic;

    Models(
            ModelTable table,
            PriceBook priceBook,
            PriceChange priceChange,
            Providers providers,
            Changes changes,
            Topics topics) {
        this.table = table;
        this.priceBook = priceBook;
        this.priceChange = priceChange;
        this.providers = providers;
        this.changes = changes;
        this.topic = topics.models();
    }

    Outcome<PricedModel> find(UUID uuid) {
        return table.findByUuid(uuid).map(model -> Outcome.done(priced(model))).orElseGet(() -> unknown(uuid));
    }

    Outcome<PricedModel> find(String id) {
        return table.findById(id).map(model -> Outcome.done(priced(model))).orElseGet(() -> unknown(id));
    }

    Page<PricedModel> list(@Nullable String provider, String after, int limit) {
        Limit one = Limit.of(limit + 1);
        List<Model> found = provider == null
                ? table.findByIdGreaterThanOrderById(after, one)
                : table.findByProviderAndIdGreaterThanOrderById(provider, after, one);
        Map<UUID, List<PricePeriod>> prices =
                priceBook.of(found.stream().map(Model::uuid).toList());
        Map<String, String> names = providers.names(providersOf(found));
        return Page.of(found, limit, Model::id)
                .map(model -> new PricedModel(
                        model,
                        names.getOrDefault(model.provider(), model.provider()),
                        prices.getOrDefault(model.uuid(), List.of())));
    }

    private static Collection<String> providersOf(List<Model> models) {
        return models.stream().map(Model::provider).collect(Collectors.toSet());
    }

    Outcome<PricedModel> create(Fields fields) {
        String provider = fields.slug("provider");
        String name = fields.word("name", NAME_LENGTH);
        String version = fields.optionalWord("version", VERSION_LENGTH);
        ModelBody body = ModelBody.read(fields);
        return changes.commit(change -> {
            if (!provider.isEmpty() && !providers.exist(provider)) {
                fields.report("provider", "unknown", "there is no such provider");
            }
            if (!fields.problems().isEmpty()) {
                return Outcome.invalid(fields.problems());
            }
            String id = Model.identifier(provider, name, version);
            Model fresh = model(UUID.randomUUID(), id, provider, name, version, body, 0, change);
            return Outcome.done(write(change, fresh, List.of(), body));
        });
    }

    Outcome<PricedModel> replace(UUID uuid, Fields fields) {
        ModelBody body = ModelBody.read(fields);
        fields.ignore("display_name", "price_effective_from", "prices", "revision", "updated_at");
        return changes.commit(change -> {
            Optional<Model> found = table.findLockedByUuid(uuid);
            if (found.isEmpty()) {
                return unknown(uuid);
            }
            Model current = found.get();
            List<PricePeriod> prices = priceBook.of(uuid);
            fields.unchanged("uuid", uuid.toString());
            fields.unchanged("id", current.id());
            fields.unchanged("provider", current.provider());
            fields.unchanged("name", current.name());
            fields.unchanged("version", current.version());
            if (body.price() == null && !prices.isEmpty()) {
                requirePrice(fields);
            }
            if (!fields.problems().isEmpty()) {
                return Outcome.invalid(fields.problems());
            }
            Model next = model(
                    uuid,
                    current.id(),
                    current.provider(),
                    current.name(),
                    current.version(),
                    body,
                    current.revision(),
                    change);
            return Outcome.done(write(change, next, prices, body));
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

    private PricedModel write(Change change, Model model, List<PricePeriod> before, ModelBody body) {
        Model written = table.save(model);
        List<PricePeriod> after = priceChange.apply(before, body.price(), change.at());
        priceBook.append(Map.of(model.uuid(), before), Map.of(model.uuid(), after));
        change.publish(topic, written.id(), written.published(after));
        return new PricedModel(written, providerName(written), after);
    }

    Outcome<Model> delete(UUID uuid) {
        return changes.commit(change -> {
            Optional<Model> current = table.findLockedByUuid(uuid);
            if (current.isEmpty()) {
                return unknown(uuid);
            }
            table.delete(current.get());
            change.retract(topic, current.get().id());
            return Outcome.done(current.get());
        });
    }

    private PricedModel priced(Model model) {
        return new PricedModel(model, providerName(model), priceBook.of(model.uuid()));
    }

    private String providerName(Model model) {
        return providers.names(List.of(model.provider())).getOrDefault(model.provider(), model.provider());
    }

    private static <T> Outcome<T> unknown(Object address) {
        return Outcome.unknown("model " + address);
    }
}
