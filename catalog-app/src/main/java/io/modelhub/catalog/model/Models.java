package io.modelhub.catalog.model;

import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.answer.Refusal.Referrer;
import io.modelhub.catalog.check.FieldProblem;
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
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The models with their prices, and their publication. */
@Component
public class Models {

    private static final String REFERRERS = """
            SELECT 'routing_rule' AS kind, rule::text AS id FROM routing_rule_model WHERE model = ? ORDER BY rule LIMIT 100""";

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
    private final DeletedModels deleted;
    private final Providers providers;
    private final Topic<String, io.modelhub.schema.Model> topic;
    private final JdbcClient jdbc;

    Models(
            ModelTable table,
            PriceBook priceBook,
            PriceChange priceChange,
            DeletedModels deleted,
            Providers providers,
            Topics topics,
            JdbcClient jdbc) {
        this.table = table;
        this.priceBook = priceBook;
        this.priceChange = priceChange;
        this.deleted = deleted;
        this.providers = providers;
        this.topic = topics.models();
        this.jdbc = jdbc;
    }

    /** What the models make, by identifier; those that are not there are missing. */
    public Map<String, ModelType> types(Collection<String> ids) {
        return table.findByIdIn(ids).stream().collect(Collectors.toMap(Model::id, Model::modelType));
    }

    Outcome<PricedModel> find(UUID uuid) {
        return table.findByUuid(uuid).map(model -> Outcome.done(priced(model))).orElseGet(() -> unknown(uuid));
    }

    Outcome<PricedModel> find(String id) {
        if (!Fields.isStorable(id)) {
            return Outcome.refused(Refusal.badParameters(
                    List.of(new FieldProblem("id", "malformed", "must not contain control characters"))));
        }
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
            // The row first: it waits for the deletion of a model of this identifier, whose prices are found then.
            Model written = table.save(fresh);
            PriceHistory former = deleted.prices(id);
            Instant now = priceBook.now();
            return write(change, null, written, priceChange.stated(former, body.price(), now, null), now);
        });
    }

    Outcome<PricedModel> edit(Change change, UUID uuid, Edit edit) {
        return locked(uuid, found -> {
            PricedModel current = priced(found);
            return edit.of(ModelView.of(current), fields -> {
                ModelBody body = ModelBody.read(fields);
                Instant shown = fields.time("price_effective_from");
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
                    boolean unedited = fields.has("prices") && isShown(current.prices(), shown, body.price());
                    Price stated = unedited ? null : body.price();
                    Instant now = priceBook.now();
                    PriceHistory after = priceChange.stated(current.prices(), stated, now, null);
                    return write(change, current, table.save(next), after, now);
                });
            });
        });
    }

    /**
     * Whether an answer comes back with the price that it showed. That states nothing, even where a planned price stands by
     * now: else the one who edits a label would take the plan back unknowingly.
     */
    private static boolean isShown(PriceHistory prices, @Nullable Instant effectiveFrom, @Nullable Price price) {
        return prices.periods().stream()
                .anyMatch(period -> Objects.equals(period.effectiveFrom(), effectiveFrom)
                        && period.price().equals(price));
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

    /** @param written its row, saved */
    private PricedModel write(
            Change change, @Nullable PricedModel current, Model written, PriceHistory after, Instant now) {
        PriceHistory stored = current == null ? PriceHistory.EMPTY : current.prices();
        priceBook.write(Map.of(written.uuid(), stored), Map.of(written.uuid(), after));
        change.publish(topic, written.id(), current == null ? null : current.published(), written.published(after));
        return new PricedModel(written, providerName(written), after, priceChange.standing(after, now));
    }

    /** States a price: a planned one, one as soon as possible, or a correction of the past. */
    Outcome<PricedModel> price(Change change, UUID uuid, Fields fields) {
        PriceBody body = PriceBody.read(fields);
        return locked(uuid, found -> {
            PricedModel current = priced(found);
            Instant now = priceBook.now();
            checkTimes(fields, body, current.prices(), now);
            Price price = body.price();
            if (price == null) {
                return Outcome.invalid(fields.problems());
            }
            return Outcome.checked(fields, () -> {
                PriceHistory after = withPrice(current.prices(), body, price, now);
                return after.equals(current.prices())
                        ? current
                        : write(change, current, table.save(found.writtenAt(change.at())), after, now);
            });
        });
    }

    private PriceHistory withPrice(PriceHistory before, PriceBody body, Price price, Instant now) {
        Instant from = body.effectiveFrom();
        if (from == null) {
            return priceChange.stated(before, price, now, body.reason());
        }
        return body.correction()
                ? priceChange.corrected(before, price, from, body.effectiveUntil(), now, body.reason())
                : priceChange.announced(before, price, from, now, body.reason());
    }

    private void checkTimes(Fields fields, PriceBody body, PriceHistory before, Instant now) {
        Instant from = body.effectiveFrom();
        Instant until = body.effectiveUntil();
        if (before.isEmpty() && (from != null || body.correction())) {
            fields.report("effective_from", "first_price", "must be left out: a model's first price covers all time");
        } else if (!body.correction()) {
            if (from != null && from.isBefore(priceChange.soonest(now))) {
                fields.report(
                        "effective_from",
                        "too_soon",
                        "must be at least %d s ahead; a price of the past is a correction"
                                .formatted(priceChange.lead().toSeconds()));
            }
            if (until != null) {
                fields.report(
                        "effective_until", "not_a_correction", "is for corrections: a price holds until the next");
            }
        } else if (from == null) {
            fields.report("effective_from", "required", "is required for a correction");
        } else if (from.isAfter(now)) {
            fields.report("effective_from", "not_past", "must not be in the future: a correction is about the past");
        } else if (until != null && (!until.isAfter(from) || until.isAfter(now))) {
            fields.report("effective_until", "out_of_range", "must be after effective_from and not in the future");
        }
    }

    /** Takes a planned price back, as long as no reader may apply it yet. */
    Outcome<PricedModel> withdrawPrice(Change change, UUID uuid, Instant effectiveFrom, Precondition precondition) {
        return locked(
                uuid,
                found -> precondition.guard(found.revision(), () -> {
                    PricedModel current = priced(found);
                    Instant now = priceBook.now();
                    Optional<PricePeriod> planned = current.prices().periodFrom(effectiveFrom);
                    if (planned.isEmpty()) {
                        return Outcome.unknown("price of the model " + uuid + " from " + effectiveFrom + " on");
                    }
                    if (effectiveFrom.isBefore(priceChange.soonest(now))) {
                        return Outcome.invalid(List.of(new FieldProblem(
                                "effective_from",
                                "too_soon",
                                "begins in less than %d s or has begun: state another price instead"
                                        .formatted(priceChange.lead().toSeconds()))));
                    }
                    PriceHistory after = current.prices().without(planned.get());
                    return Outcome.done(write(change, current, table.save(found.writtenAt(change.at())), after, now));
                }));
    }

    Outcome<Model> delete(Change change, UUID uuid, Precondition precondition) {
        return locked(
                uuid,
                current -> precondition.guard(current.revision(), () -> {
                    List<Referrer> referrers = jdbc.sql(REFERRERS)
                            .param(current.id())
                            .query(Referrer.class)
                            .list();
                    if (!referrers.isEmpty()) {
                        return Outcome.refused(Refusal.referenced("model " + current.id(), referrers));
                    }
                    io.modelhub.schema.Model before = priced(current).published();
                    table.delete(current);
                    deleted.keep(change, current.id(), before);
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
        Map<UUID, PriceHistory> prices =
                priceBook.of(models.stream().map(Model::uuid).toList());
        Instant now = priceBook.now();
        Map<String, String> names =
                providers.names(models.stream().map(Model::provider).collect(Collectors.toSet()));
        return models.stream()
                .map(model -> {
                    PriceHistory ofModel = prices.getOrDefault(model.uuid(), PriceHistory.EMPTY);
                    return new PricedModel(
                            model,
                            names.getOrDefault(model.provider(), model.provider()),
                            ofModel,
                            priceChange.standing(ofModel, now));
                })
                .toList();
    }

    private String providerName(Model model) {
        return providers.names(List.of(model.provider())).getOrDefault(model.provider(), model.provider());
    }

    private static <T> Outcome<T> unknown(Object address) {
        return Outcome.unknown("model " + address);
    }
}
