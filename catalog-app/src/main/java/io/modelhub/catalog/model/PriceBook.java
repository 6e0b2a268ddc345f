package io.modelhub.catalog.model;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The price periods of models: append-only. In SQL of its own, as a Spring Data aggregate would delete and write anew what
 * stands already, and read the tiers of thousands of models one by one.
 */
@Component
class PriceBook {

    private static final String PERIODS = """
            SELECT model, period, effective_from, cost_input, cost_output, cost_input_cached, cost_cache_write, cost_reasoning
            FROM model_price WHERE model = ANY (?) ORDER BY model, period""";

    private static final String TIERS = """
            SELECT model, period, above_input_tokens,
                cost_input, cost_output, cost_input_cached, cost_cache_write, cost_reasoning
            FROM model_price_tier WHERE model = ANY (?)""";

    private static final String OPEN_PERIOD = """
            INSERT INTO model_price (cost_input, cost_output, cost_input_cached, cost_cache_write, cost_reasoning,
                model, period, effective_from)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String OPEN_TIER = """
            INSERT INTO model_price_tier (cost_input, cost_output, cost_input_cached, cost_cache_write, cost_reasoning,
                model, period, above_input_tokens)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final int BATCH = 500;

    private final JdbcTemplate jdbc;

    PriceBook(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A period to be written: the number of a model's periods before it, plus 1, is its own. */
    private record Opening(UUID model, int period, PricePeriod content) {}

    private record OpeningTier(UUID model, int period, Price.Tier content) {}

    private record PeriodKey(UUID model, int period) {}

    /** The periods of models, by rising beginning; a model without a price is not in the map. */
    Map<UUID, List<PricePeriod>> of(Collection<UUID> models) {
        UUID[] ids = models.toArray(UUID[]::new);
        Map<PeriodKey, List<Price.Tier>> tiers = new HashMap<>();
        jdbc.query(TIERS, statement -> bind(statement, ids), row -> {
            tiers.computeIfAbsent(key(row), key -> new ArrayList<>())
                    .add(new Price.Tier(row.getLong("above_input_tokens"), rates(row)));
        });
        Map<UUID, List<PricePeriod>> periods = new HashMap<>();
        jdbc.query(PERIODS, statement -> bind(statement, ids), row -> {
            PeriodKey key = key(row);
            Price price = new Price(rates(row), tiers.getOrDefault(key, List.of()));
            periods.computeIfAbsent(key.model(), model -> new ArrayList<>()).add(new PricePeriod(instant(row), price));
        });
        return periods;
    }

    /** The periods of one model. */
    List<PricePeriod> of(UUID model) {
        return of(List.of(model)).getOrDefault(model, List.of());
    }

    /**
     * Writes what is new.
     *
     * @param before the periods that stand already, by model
     * @param after the same periods followed by new ones, by model
     */
    void append(Map<UUID, List<PricePeriod>> before, Map<UUID, List<PricePeriod>> after) {
        List<Opening> openings = new ArrayList<>();
        List<OpeningTier> tiers = new ArrayList<>();
        after.forEach((model, periods) -> {
            int known = before.getOrDefault(model, List.of()).size();
            for (int index = known; index < periods.size(); index++) {
                Opening opening = new Opening(model, index + 1, periods.get(index));
                openings.add(opening);
                opening.content()
                        .price()
                        .tiers()
                        .forEach(tier -> tiers.add(new OpeningTier(model, opening.period(), tier)));
            }
        });
        jdbc.batchUpdate(OPEN_PERIOD, openings, BATCH, (insert, opening) -> {
            bind(insert, opening.content().price().rates(), opening.model(), opening.period());
            Instant from = opening.content().effectiveFrom();
            insert.setObject(8, from == null ? null : from.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
        });
        jdbc.batchUpdate(OPEN_TIER, tiers, BATCH, (insert, tier) -> {
            bind(insert, tier.content().rates(), tier.model(), tier.period());
            insert.setLong(8, tier.content().aboveInputTokens());
        });
    }

    private static void bind(PreparedStatement query, UUID[] ids) throws SQLException {
        query.setArray(1, query.getConnection().createArrayOf("uuid", ids));
    }

    private static void bind(PreparedStatement insert, Rates rates, UUID model, int period) throws SQLException {
        insert.setBigDecimal(1, rates.input());
        insert.setBigDecimal(2, rates.output());
        setOptional(insert, 3, rates.inputCached());
        setOptional(insert, 4, rates.cacheWrite());
        setOptional(insert, 5, rates.reasoning());
        insert.setObject(6, model);
        insert.setInt(7, period);
    }

    private static void setOptional(PreparedStatement insert, int index, @Nullable BigDecimal rate)
            throws SQLException {
        insert.setObject(index, rate, Types.NUMERIC);
    }

    private static PeriodKey key(ResultSet row) throws SQLException {
        return new PeriodKey(row.getObject("model", UUID.class), row.getInt("period"));
    }

    private static @Nullable Instant instant(ResultSet row) throws SQLException {
        OffsetDateTime from = row.getObject("effective_from", OffsetDateTime.class);
        return from == null ? null : from.toInstant();
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
