package io.modelhub.aggregator.sql;

import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.QuotaPeriod;
import io.modelhub.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What API keys have spent, and whether they may spend more. */
final class KeyQuotaTable extends StoreTable<KeyQuotaState> {

    private static final String API_KEY = "API_KEY";

    KeyQuotaTable() {
        super(
                "KEY_QUOTAS",
                "What API keys have spent in their day and month, and whether they are enabled",
                Topics.QUOTA_KEYS.name(),
                false,
                stateColumns());
    }

    @Override
    void read(Narrowing narrowing, Run run, Consumer<KeyQuotaState> rows) {
        run.readUncommitted(); // States are stepped on with each call.
        Run.found(run.sources().quotas(narrowing.texts(API_KEY).orElse(Set.of()), run.asOf()))
                .forEach(rows);
    }

    @Override
    String explain(Narrowing narrowing) {
        return narrowing
                .texts(API_KEY)
                .map(keys -> "states of the keys " + new TreeSet<>(keys) + " (their partitions)")
                .orElse("states of all keys (all partitions)");
    }

    @Override
    Optional<Changes<KeyQuotaState>> changes() {
        return Optional.of(new Changes<>(
                Topics::quotaKeys, columns().stream().map(Column::value).toList(), state -> false));
    }

    private static List<Column<KeyQuotaState>> stateColumns() {
        List<Column<KeyQuotaState>> columns = new ArrayList<>(List.of(
                Column.key(API_KEY, ColumnType.STRING, "UUID of the API key", KeyQuotaState::getApiKey),
                Column.nullable(
                        "ORGANIZATION",
                        ColumnType.STRING,
                        "Slug of its organization; null for a shared or unknown key",
                        KeyQuotaState::getOrganization),
                Column.of("ZONE", ColumnType.STRING, "Time zone of the day", KeyQuotaState::getZone),
                Column.of("ENABLED", ColumnType.BOOLEAN, "False while any cause stands", KeyQuotaState::getEnabled),
                Column.of(
                        "CAUSES",
                        ColumnType.STRING,
                        "The limits that are reached: DAY, MONTH or both; empty for none",
                        state -> state.getCauses().stream().map(Enum::name).collect(Collectors.joining(","))),
                Column.nullable(
                        "LAST_USED_AT",
                        ColumnType.BIGINT,
                        "Time of the latest call, epoch milliseconds",
                        state -> millis(state.getLastUsedAt()))));
        columns.addAll(period("DAY", KeyQuotaState::getDay));
        columns.addAll(period("MONTH", KeyQuotaState::getMonth));
        return columns;
    }

    private static List<Column<KeyQuotaState>> period(String name, Function<KeyQuotaState, QuotaPeriod> period) {
        return List.of(
                Column.of(
                        name + "_START",
                        ColumnType.BIGINT,
                        "Start of the period",
                        state -> millis(period.apply(state).getStart())),
                Column.of(
                        name + "_END",
                        ColumnType.BIGINT,
                        "End of the period, exclusive",
                        state -> millis(period.apply(state).getEnd())),
                Column.nullable(
                        name + "_LIMIT",
                        ColumnType.AMOUNT,
                        "US dollars; null for no limit",
                        state -> period.apply(state).getLimit()),
                Column.of(
                        name + "_SPENT",
                        ColumnType.AMOUNT,
                        "US dollars",
                        state -> period.apply(state).getSpent()),
                Column.nullable(
                        name + "_OVERSHOOT",
                        ColumnType.AMOUNT,
                        "US dollars spent past the limit before the disable could be read",
                        state -> period.apply(state).getOvershoot()));
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : time.toEpochMilli();
    }
}
