package io.modelhub.aggregator.sql;

import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.topic.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What happened to the limits of API keys, read from its topic: as far back as that is kept. */
final class QuotaEventTable extends StoreTable<KeyQuotaEvent> {

    private static final String API_KEY = "API_KEY";
    private static final String OCCURRED_AT = "OCCURRED_AT";

    /** Nothing is older; keeps arithmetic from overflowing. */
    private static final Instant FIRST = Instant.parse("2020-01-01T00:00:00Z");

    QuotaEventTable() {
        super(
                "QUOTA_EVENTS",
                "What happened to the limits of API keys: disabled, enabled, a threshold reached",
                Topics.QUOTA_EVENTS.name(),
                false,
                eventColumns());
    }

    @Override
    void read(Narrowing narrowing, Run run, Consumer<KeyQuotaEvent> rows) {
        Optional<Set<String>> keys = narrowing.texts(API_KEY);
        Run.found(run.sources().quotaEvents(from(narrowing), event -> {
            run.countEvent();
            if (keys.isEmpty() || keys.get().contains(event.getApiKey())) {
                rows.accept(event);
            }
            return true;
        }));
    }

    private static Instant from(Narrowing narrowing) {
        return Instant.ofEpochMilli(Math.max(narrowing.from(OCCURRED_AT), FIRST.toEpochMilli()));
    }

    @Override
    String explain(Narrowing narrowing) {
        return "the topic from " + from(narrowing) + " on";
    }

    @Override
    Optional<Changes<KeyQuotaEvent>> changes() {
        return Optional.of(new Changes<>(
                Topics::quotaEvents, columns().stream().map(Column::value).toList(), event -> false));
    }

    private static List<Column<KeyQuotaEvent>> eventColumns() {
        return List.of(
                Column.key(API_KEY, ColumnType.STRING, "UUID of the API key", KeyQuotaEvent::getApiKey),
                Column.of(
                        "ID",
                        ColumnType.STRING,
                        "Unique, the same for an event that is told again",
                        KeyQuotaEvent::getId),
                Column.of(
                        "TYPE",
                        ColumnType.STRING,
                        "KEY_DISABLED, KEY_ENABLED or THRESHOLD_REACHED",
                        event -> event.getType().name()),
                Column.nullable(
                        "ORGANIZATION",
                        ColumnType.STRING,
                        "Slug of its organization; null for a shared or unknown key",
                        KeyQuotaEvent::getOrganization),
                Column.of(
                        "CAUSE",
                        ColumnType.STRING,
                        "The limit: DAY or MONTH",
                        event -> event.getCause().name()),
                Column.of("REASON", ColumnType.STRING, "Why, for example limit_reached", KeyQuotaEvent::getReason),
                Column.of(
                        "PERIOD_START",
                        ColumnType.BIGINT,
                        "Start of the period",
                        event -> event.getPeriodStart().toEpochMilli()),
                Column.of(
                        "PERIOD_END",
                        ColumnType.BIGINT,
                        "End of the period, exclusive",
                        event -> event.getPeriodEnd().toEpochMilli()),
                Column.of("ZONE", ColumnType.STRING, "Time zone of the period", KeyQuotaEvent::getZone),
                Column.nullable(
                        "SPEND_LIMIT",
                        ColumnType.AMOUNT,
                        "US dollars; null where the limit was removed",
                        KeyQuotaEvent::getLimit),
                Column.of("SPENT", ColumnType.AMOUNT, "US dollars when it happened", KeyQuotaEvent::getSpent),
                Column.nullable(
                        "THRESHOLD_PERCENT",
                        ColumnType.BIGINT,
                        "Of THRESHOLD_REACHED, in per cent of the limit",
                        event -> whole(event.getThresholdPercent())),
                Column.of(
                        "STILL_DISABLED",
                        ColumnType.BOOLEAN,
                        "Whether the key is disabled after it",
                        KeyQuotaEvent::getStillDisabled),
                Column.nullable(
                        "OVERSHOOT",
                        ColumnType.AMOUNT,
                        "Of KEY_ENABLED, US dollars spent past the limit before the disable could be read",
                        KeyQuotaEvent::getOvershoot),
                Column.of(
                        OCCURRED_AT,
                        ColumnType.BIGINT,
                        "When, epoch milliseconds",
                        event -> event.getOccurredAt().toEpochMilli()));
    }

    private static @Nullable Long whole(@Nullable Integer number) {
        return number == null ? null : Long.valueOf(number);
    }
}
