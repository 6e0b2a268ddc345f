package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.aggregator.query.CatalogEntries;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.ModelPrice;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table of the catalog, as far as this instance knows it. It is small and in memory: read whole, and filtered.
 *
 * @param <R> what a row is made of
 */
final class EntityTable<R> extends StoreTable<R> {

    private final BiFunction<CatalogEntries, Instant, List<R>> rows;

    private EntityTable(
            String name,
            String comment,
            TopicDefinition topic,
            List<Column<R>> columns,
            BiFunction<CatalogEntries, Instant, List<R>> rows) {
        super(name, comment, topic.name(), false, columns);
        this.rows = rows;
    }

    static List<EntityTable<?>> all() {
        return List.of(organizations(), providers(), models(), modelPrices(), apiKeys());
    }

    @Override
    void read(Narrowing narrowing, Run run, Consumer<R> visitor) {
        rows.apply(Run.found(run.sources().catalog()), run.asOf()).forEach(visitor);
    }

    @Override
    String explain(Narrowing narrowing) {
        return "the catalog in the memory of the instance that is asked";
    }

    private static EntityTable<Map.Entry<String, ZoneId>> organizations() {
        return new EntityTable<>(
                "ORGANIZATIONS",
                "Organizations of the catalog",
                Topics.CATALOG_ORGANIZATIONS,
                List.of(
                        Column.key("ID", ColumnType.STRING, "Slug", Map.Entry::getKey),
                        Column.of(
                                "TIME_ZONE",
                                ColumnType.STRING,
                                "Of its days and months",
                                organization -> organization.getValue().getId())),
                (catalog, now) -> List.copyOf(catalog.zones().entrySet()));
    }

    private record Provider(String slug, long models, long apiKeys) {}

    private static EntityTable<Provider> providers() {
        return new EntityTable<>(
                "PROVIDERS",
                "Providers that have a model or an API key in the catalog",
                Topics.CATALOG_PROVIDERS,
                List.of(
                        Column.key("SLUG", ColumnType.STRING, "Identifier", Provider::slug),
                        Column.of("MODELS", ColumnType.BIGINT, "Number of its models", Provider::models),
                        Column.of("API_KEYS", ColumnType.BIGINT, "Number of its API keys", Provider::apiKeys)),
                (catalog, now) -> {
                    List<String> ofModels = catalog.models().values().stream()
                            .map(CatalogModel::provider)
                            .toList();
                    List<String> ofKeys = catalog.apiKeys().values().stream()
                            .map(APIKey::getProvider)
                            .toList();
                    TreeSet<String> slugs = new TreeSet<>(ofModels);
                    slugs.addAll(ofKeys);
                    return slugs.stream()
                            .map(slug -> new Provider(slug, count(slug, ofModels), count(slug, ofKeys)))
                            .toList();
                });
    }

    private static long count(String slug, List<String> slugs) {
        return slugs.stream().filter(slug::equals).count();
    }

    /** @param price in force now; null: it has none */
    private record PricedModel(
            String id, String provider, @Nullable ModelPrice price) {}

    private static EntityTable<PricedModel> models() {
        List<Column<PricedModel>> columns = new ArrayList<>(List.of(
                Column.key("ID", ColumnType.STRING, "provider/name@version, opaque", PricedModel::id),
                Column.of("PROVIDER", ColumnType.STRING, "Slug of its provider", PricedModel::provider)));
        columns.addAll(rates(PricedModel::price));
        return new EntityTable<>(
                "MODELS",
                "Models of the catalog with the price in force now",
                Topics.CATALOG_MODELS,
                columns,
                (catalog, now) -> catalog.models().entrySet().stream()
                        .map(model -> new PricedModel(
                                model.getKey(),
                                model.getValue().provider(),
                                model.getValue().prices().at(now).orElse(null)))
                        .toList());
    }

    /** @param end exclusive; null: it has none */
    private record Period(
            String model, ModelPrice price, @Nullable Instant end) {}

    private static EntityTable<Period> modelPrices() {
        List<Column<Period>> columns = new ArrayList<>(List.of(
                Column.key("MODEL", ColumnType.STRING, "Identifier of the model", Period::model),
                Column.nullable(
                        "EFFECTIVE_FROM",
                        ColumnType.BIGINT,
                        "Begin, epoch milliseconds; null for the first period, which holds for all earlier time",
                        period -> millis(period.price().getEffectiveFrom())),
                Column.nullable(
                        "EFFECTIVE_TO",
                        ColumnType.BIGINT,
                        "End, exclusive; null for the last period",
                        period -> millis(period.end()))));
        columns.addAll(rates(Period::price));
        return new EntityTable<>(
                "MODEL_PRICES",
                "The prices of models over time; tiers are left out",
                Topics.CATALOG_MODELS,
                columns,
                (catalog, now) -> {
                    List<Period> periods = new ArrayList<>();
                    catalog.models()
                            .forEach(
                                    (id, model) -> addPeriods(id, model.prices().all(), periods));
                    return periods;
                });
    }

    private static void addPeriods(String model, List<ModelPrice> prices, List<Period> periods) {
        for (int i = 0; i < prices.size(); i++) {
            periods.add(new Period(
                    model,
                    prices.get(i),
                    i + 1 < prices.size() ? prices.get(i + 1).getEffectiveFrom() : null));
        }
    }

    private static <R> List<Column<R>> rates(Function<R, @Nullable ModelPrice> price) {
        return List.of(
                rate("COST_INPUT", "input tokens", price, ModelPrice::getCostInput),
                rate("COST_OUTPUT", "output tokens", price, ModelPrice::getCostOutput),
                rate("COST_INPUT_CACHED", "tokens read from a cache", price, ModelPrice::getCostInputCached),
                rate("COST_CACHE_WRITE", "tokens written to a cache", price, ModelPrice::getCostCacheWrite),
                rate("COST_REASONING", "reasoning tokens", price, ModelPrice::getCostReasoning));
    }

    private static <R> Column<R> rate(
            String name,
            String tokens,
            Function<R, @Nullable ModelPrice> price,
            Function<ModelPrice, @Nullable BigDecimal> rate) {
        return Column.nullable(name, ColumnType.RATE, "US dollars per 1,000 " + tokens, row -> {
            ModelPrice known = price.apply(row);
            return known == null ? null : rate.apply(known);
        });
    }

    private static EntityTable<APIKey> apiKeys() {
        return new EntityTable<>(
                "API_KEYS",
                "API keys of the catalog, nothing of their secrets",
                Topics.CATALOG_API_KEYS,
                List.of(
                        Column.key("ID", ColumnType.STRING, "UUID", APIKey::getId),
                        Column.nullable(
                                "ORGANIZATION",
                                ColumnType.STRING,
                                "Slug of its organization; null for a shared key",
                                APIKey::getOrganization),
                        Column.of(
                                "PROVIDER",
                                ColumnType.STRING,
                                "Slug of the provider that it opens",
                                APIKey::getProvider),
                        Column.of("LABEL", ColumnType.STRING, "Name for people", APIKey::getLabel),
                        Column.of(
                                "IS_DEFAULT",
                                ColumnType.BOOLEAN,
                                "Whether it is the one to take",
                                APIKey::getIsDefault),
                        Column.of("IS_ACTIVE", ColumnType.BOOLEAN, "The operator's switch", APIKey::getIsActive),
                        Column.nullable(
                                "DAILY_QUOTA",
                                ColumnType.AMOUNT,
                                "US dollars; null for no limit",
                                APIKey::getDailyQuota),
                        Column.nullable(
                                "MONTHLY_QUOTA",
                                ColumnType.AMOUNT,
                                "US dollars; null for no limit",
                                APIKey::getMonthlyQuota),
                        Column.of(
                                "UPDATED_AT",
                                ColumnType.BIGINT,
                                "When it was written, epoch milliseconds",
                                key -> millis(key.getUpdatedAt()))),
                (catalog, now) -> List.copyOf(catalog.apiKeys().values()));
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : time.toEpochMilli();
    }
}
