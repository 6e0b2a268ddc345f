package io.modelhub.aggregator.quota;

import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.schema.QuotaPeriod;
import java.time.Instant;

/** States and changes as the records that are published. */
public final class QuotaRecords {

    private QuotaRecords() {}

    public static KeyQuotaState state(String apiKey, QuotaState state, QuotaLimits limits) {
        return KeyQuotaState.newBuilder()
                .setApiKey(apiKey)
                .setOrganization(limits.organization())
                .setZone(limits.zone().getId())
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
                .setLimit(limits.limit(spend.period().cause()))
                .setSpent(spend.spent())
                .setOvershoot(spend.overshoot())
                .build();
    }

    /**
     * @param stillDisabled whether the key is disabled after the change
     * @param occurredAt append time of the usage that caused it, or the clock's time where none did
     */
    static KeyQuotaEvent event(
            String apiKey, QuotaChange change, boolean stillDisabled, QuotaLimits limits, Instant occurredAt) {
        CalendarPeriod period = change.period().period();
        KeyQuotaEvent.Builder event = KeyQuotaEvent.newBuilder()
                .setApiKey(apiKey)
                .setOrganization(limits.organization())
                .setCause(change.cause())
                .setPeriodStart(period.start())
                .setPeriodEnd(period.end())
                .setZone(limits.zone().getId())
                .setSpent(change.period().spent())
                .setStillDisabled(stillDisabled)
                .setOccurredAt(occurredAt);
        if (change instanceof QuotaChange.Disabled disabled) {
            event.setType(QuotaEventType.KEY_DISABLED)
                    .setLimit(disabled.limit())
                    .setReason("limit_reached")
                    .setId(id(apiKey, change, Integer.toString(change.period().changes())));
        } else if (change instanceof QuotaChange.Enabled enabled) {
            event.setType(QuotaEventType.KEY_ENABLED)
                    .setLimit(enabled.limit())
                    .setOvershoot(enabled.overshoot())
                    .setReason(enabled.reason())
                    .setId(id(apiKey, change, Integer.toString(change.period().changes())));
        } else if (change instanceof QuotaChange.ThresholdReached threshold) {
            event.setType(QuotaEventType.THRESHOLD_REACHED)
                    .setLimit(threshold.limit())
                    .setThresholdPercent(threshold.percent())
                    .setReason("threshold_reached")
                    .setId(id(apiKey, change, threshold.percent() + "%"));
        }
        return event.build();
    }

    /** Deterministic, so that a repeated event can be known: key, cause, start of the period, and which change of it. */
    private static String id(String apiKey, QuotaChange change, String which) {
        return "%s:%s:%s:%s"
                .formatted(apiKey, change.cause(), change.period().period().start(), which);
    }
}
