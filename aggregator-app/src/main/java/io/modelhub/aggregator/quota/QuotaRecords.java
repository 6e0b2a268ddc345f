package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.calendar.CalendarPeriod;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.schema.QuotaPeriod;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** States and changes as the records that are published. */
public final class QuotaRecords {

    private QuotaRecords() {}

    public static KeyQuotaState state(String apiKey, QuotaState state) {
        QuotaLimits limits = state.limits();
        return KeyQuotaState.newBuilder()
                .setApiKey(apiKey)
                .setOrganization(limits.organization())
                .setZone(state.day().period().zone().getId())
                .setEnabled(state.enabled())
                .setCauses(state.causes())
                .setDay(period(state.day(), limits))
                .setMonth(period(state.month(), limits))
                .setLastUsedAt(state.lastUsedAt())
                .build();
    }

    private static QuotaPeriod period(PeriodSpend spend, QuotaLimits limits) {
        return QuotaPeriod.newBuilder()
                .setStart(spend.period().start())
                .setEnd(spend.period().end())
                .setLimit(limits.limit(spend.cause()))
                .setSpent(spend.spent())
                .setOvershoot(spend.overshoot())
                .build();
    }

    /**
     * The events of a step, in its order.
     *
     * @param occurredAt append time of the usage that caused it, or the clock's time where none did
     */
    static List<KeyQuotaEvent> events(String apiKey, QuotaState.Step step, Instant occurredAt) {
        return IntStream.range(0, step.changes().size())
                .mapToObj(index -> event(apiKey, step.changes().get(index))
                        .setOrganization(step.state().limits().organization())
                        .setStillDisabled(step.disabledAfter(index))
                        .setOccurredAt(occurredAt)
                        .build())
                .toList();
    }

    private static KeyQuotaEvent.Builder event(String apiKey, QuotaChange change) {
        CalendarPeriod period = change.period().period();
        KeyQuotaEvent.Builder event = KeyQuotaEvent.newBuilder()
                .setApiKey(apiKey)
                .setCause(change.cause())
                .setPeriodStart(period.start())
                .setPeriodEnd(period.end())
                .setZone(period.zone().getId())
                .setSpent(change.period().spent());
        if (change instanceof QuotaChange.Disabled disabled) {
            event.setType(QuotaEventType.KEY_DISABLED)
                    .setLimit(disabled.limit())
                    .setReason(text(disabled.reason()))
                    .setId(id(apiKey, change, Integer.toString(change.period().changes())));
        } else if (change instanceof QuotaChange.Enabled enabled) {
            event.setType(QuotaEventType.KEY_ENABLED)
                    .setLimit(enabled.limit())
                    .setOvershoot(enabled.overshoot())
                    .setReason(text(enabled.reason()))
                    .setId(id(apiKey, change, Integer.toString(change.period().changes())));
        } else if (change instanceof QuotaChange.ThresholdReached threshold) {
            event.setType(QuotaEventType.THRESHOLD_REACHED)
                    .setLimit(threshold.limit())
                    .setThresholdPercent(threshold.percent())
                    .setReason("threshold_reached")
                    .setId(id(apiKey, change, threshold.percent() + "%"));
        }
        return event;
    }

    private static String text(QuotaChange.Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    /** Deterministic, so that a repeated event can be known: key, cause, start of the period, and which change of it. */
    private static String id(String apiKey, QuotaChange change, String which) {
        return "%s:%s:%s:%s"
                .formatted(apiKey, change.cause(), change.period().period().start(), which);
    }
}
