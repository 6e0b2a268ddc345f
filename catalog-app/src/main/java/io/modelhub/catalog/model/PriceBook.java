package io.modelhub.catalog.model;

import io.modelhub.schema.ModelType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What was stated of models' prices. In SQL of its own, as a Spring Data aggregate would delete and write anew what stands
 * already, and read the tiers of thousands of models one by one.
 */
@Component
class PriceBook {

    private static final String NOW = "SELECT clock_timestamp()";

    private static final String PRICES = """
            SELECT model, correction, effective_from, effective_until, recorded_at, reason,
                cost_input, cost_output, cost_input_cached, cost_cache_write, cost_reasoning
            FROM model_price WHERE model = ANY (?) ORDER BY model, correction, effective_from""";

    private static final String TIERS = """
            SELECT model, correction, effective_from, above_input_tokens,
                cost_input, cost_output, cost_input_cached, cost_cache_write, cost_reasoning
            FROM model_price_tier WHERE model = ANY (?)""";

    private static final String IN_FORCE = """
            SELECT DISTINCT ON (model) id, provider, name, model_type, cost_input, cost_output
            FROM model_price JOIN model ON model.uuid = model_price.model
            WHERE correction = 0 AND effective_from <= ? ORDER BY model, effective_from DESC""";

    private static final String ADD_PRICE = """
            INSERT INTO model_price (cost_input, cost_output, cost_input_cached, cost_cache_write, cost_reasoning,
                model, correction, effective_from, effective_until, recorded_at, reason)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String ADD_TIER = """
            INSERT INTO model_price_tier (cost_input, cost_output, cost_input_cached, cost_cache_write, cost_reasoning,
                model, correction, effective_from, above_input_tokens)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String WITHDRAW =
            "DELETE FROM model_price WHERE model = ? AND correction = 0 AND effective_from = ?";

    private static final String LISTING = "SELECT pg_advisory_xact_lock(?)";

    /** Any number that no other advisory lock of this database has. */
    private static final long LISTING_LOCK = 0x6d6f_6465_6c68_0055L;

    private static final int BATCH = 500;

    private final JdbcTemplate jdbc;

    PriceBook(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The address of a price. The driver writes and reads the earliest time as {@code -infinity}: no beginning. */
    private record Address(UUID model, int correction, OffsetDateTime effectiveFrom) {

        static Address of(UUID model, PricePeriod period) {
            OffsetDateTime from = time(period.effectiveFrom());
            return new Address(model, 0, from == null ? OffsetDateTime.MIN : from);
        }
    }

    private record NewPrice(
            Address address,
            @Nullable Instant effectiveUntil,
            Price price,
            @Nullable Instant recordedAt,
            @Nullable String reason) {}

    private record NewTier(Address address, Price.Tier tier) {}

    /** Lets one import in at a time, until its transaction ends: the next one finds what this one did. */
    void enterListing() {
        jdbc.query(LISTING, row -> {}, LISTING_LOCK);
    }

    /**
     * By the database's clock, in whole milliseconds: the one that beginnings are counted from. Asked for after the model's row
     * is held, it is later than the time of each change that was waited for.
     */
    Instant now() {
        return Objects.requireNonNull(jdbc.queryForObject(NOW, OffsetDateTime.class))
                .toInstant()
                .truncatedTo(ChronoUnit.MILLIS);
    }

    /** A model without a price is not in the map. */
    Map<UUID, PriceHistory> of(Collection<UUID> models) {
        UUID[] ids = models.toArray(UUID[]::new);
        Map<Address, List<Price.Tier>> tiers = new HashMap<>();
        jdbc.query(TIERS, statement -> bind(statement, ids), row -> {
            tiers.computeIfAbsent(address(row), address -> new ArrayList<>())
                    .add(new Price.Tier(row.getLong("above_input_tokens"), rates(row)));
        });
        Map<UUID, List<PricePeriod>> periods = new HashMap<>();
        Map<UUID, List<PriceCorrection>> corrections = new HashMap<>();
        jdbc.query(PRICES, statement -> bind(statement, ids), row -> {
            Address address = address(row);
            Price price = new Price(rates(row), tiers.getOrDefault(address, List.of()));
            if (address.correction() == 0) {
                periods.computeIfAbsent(address.model(), model -> new ArrayList<>())
                        .add(period(row, price));
            } else {
                corrections
                        .computeIfAbsent(address.model(), model -> new ArrayList<>())
                        .add(correction(row, price));
            }
        });
        Map<UUID, PriceHistory> histories = new HashMap<>();
        periods.forEach((model, ofModel) ->
                histories.put(model, new PriceHistory(ofModel, corrections.getOrDefault(model, List.of()))));
        return histories;
    }

    /** The prices of one model. */
    PriceHistory of(UUID model) {
        return of(List.of(model)).getOrDefault(model, PriceHistory.EMPTY);
    }

    /** What each model with a price charges for its calls at a time. */
    List<ChargedRates> inForce(Instant at) {
        return jdbc.query(
                IN_FORCE,
                (row, index) -> new ChargedRates(
                        row.getString("id"),
                        row.getString("provider"),
                        row.getString("name"),
                        ModelType.valueOf(row.getString("model_type")),
                        row.getBigDecimal("cost_input"),
                        row.getBigDecimal("cost_output")),
                at.atOffset(ZoneOffset.UTC));
    }

    /** Writes what is new and withdraws what is gone; the database refuses to withdraw what has begun. */
    void write(Map<UUID, PriceHistory> before, Map<UUID, PriceHistory> after) {
        List<Address> withdrawn = new ArrayList<>();
        List<NewPrice> prices = new ArrayList<>();
        after.forEach((model, next) -> {
            PriceHistory known = before.getOrDefault(model, PriceHistory.EMPTY);
            known.periods().stream()
                    .filter(period -> !next.periods().contains(period))
                    .forEach(period -> withdrawn.add(Address.of(model, period)));
            next.periods().stream()
                    .filter(period -> !known.periods().contains(period))
                    .forEach(period -> prices.add(new NewPrice(
                            Address.of(model, period), null, period.price(), period.recordedAt(), period.reason())));
            next.corrections().stream()
                    .skip(known.corrections().size())
                    .forEach(correction -> prices.add(new NewPrice(
                            new Address(
                                    model,
                                    correction.number(),
                                    correction.effectiveFrom().atOffset(ZoneOffset.UTC)),
                            correction.effectiveUntil(),
                            correction.price(),
                            correction.recordedAt(),
                            correction.reason())));
        });
        List<NewTier> tiers = prices.stream()
                .flatMap(added -> added.price().tiers().stream().map(tier -> new NewTier(added.address(), tier)))
                .toList();
        jdbc.batchUpdate(WITHDRAW, withdrawn, BATCH, (delete, address) -> {
            delete.setObject(1, address.model());
            delete.setObject(2, address.effectiveFrom());
        });
        jdbc.batchUpdate(ADD_PRICE, prices, BATCH, (insert, added) -> {
            bind(insert, added.price().rates(), added.address());
            setOptional(insert, 9, time(added.effectiveUntil()), Types.TIMESTAMP_WITH_TIMEZONE);
            setOptional(insert, 10, time(added.recordedAt()), Types.TIMESTAMP_WITH_TIMEZONE);
            setOptional(insert, 11, added.reason(), Types.VARCHAR);
        });
        jdbc.batchUpdate(ADD_TIER, tiers, BATCH, (insert, added) -> {
            bind(insert, added.tier().rates(), added.address());
            insert.setLong(9, added.tier().aboveInputTokens());
        });
    }

    private static void bind(PreparedStatement query, UUID[] ids) throws SQLException {
        query.setArray(1, query.getConnection().createArrayOf("uuid", ids));
    }

    private static void bind(PreparedStatement insert, Rates rates, Address address) throws SQLException {
        insert.setBigDecimal(1, rates.input());
        insert.setBigDecimal(2, rates.output());
        setOptional(insert, 3, rates.inputCached(), Types.NUMERIC);
        setOptional(insert, 4, rates.cacheWrite(), Types.NUMERIC);
        setOptional(insert, 5, rates.reasoning(), Types.NUMERIC);
        insert.setObject(6, address.model());
        insert.setInt(7, address.correction());
        insert.setObject(8, address.effectiveFrom());
    }

    private static void setOptional(PreparedStatement insert, int index, @Nullable Object value, int type)
            throws SQLException {
        insert.setObject(index, value, type);
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static Address address(ResultSet row) throws SQLException {
        return new Address(
                row.getObject("model", UUID.class),
                row.getInt("correction"),
                row.getObject("effective_from", OffsetDateTime.class));
    }

    private static PricePeriod period(ResultSet row, Price price) throws SQLException {
        OffsetDateTime from = row.getObject("effective_from", OffsetDateTime.class);
        return new PricePeriod(
                from.equals(OffsetDateTime.MIN) ? null : from.toInstant(),
                price,
                instant(row, "recorded_at"),
                row.getString("reason"));
    }

    private static PriceCorrection correction(ResultSet row, Price price) throws SQLException {
        return new PriceCorrection(
                row.getInt("correction"),
                Objects.requireNonNull(instant(row, "effective_from")),
                Objects.requireNonNull(instant(row, "effective_until")),
                price,
                Objects.requireNonNull(instant(row, "recorded_at")),
                row.getString("reason"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static Rates rates(ResultSet row) throws SQLException {
        return new Rates(
                row.getBigDecimal("cost_input"),
                row.getBigDecimal("cost_output"),
                row.getBigDecimal("cost_input_cached"),
                row.getBigDecimal("cost_cache_write"),
                row.getBigDecimal("cost_reasoning"));
    }
}
