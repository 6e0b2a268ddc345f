package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.day.DayId;
import io.modelhub.aggregator.day.DayPart;
import io.modelhub.aggregator.day.DayRecords;
import io.modelhub.aggregator.day.GrowingDays;
import io.modelhub.aggregator.day.ModelSums;
import io.modelhub.aggregator.publish.Unpublished;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Keeps each API key's spend by day and its {@link QuotaState}, and tells when a limit is reached: the event and the state go
 * out in the transaction of the spend that reached it. Otherwise states and days are published at most once a second. All
 * spend of a key comes here, whichever partition its calls were in: N instances share one budget.
 */
public final class EnforceQuotasProcessor extends ContextualProcessor<String, byte[], Object, Object> {

    /** Key: API key; value: {@link QuotaState}. */
    public static final String QUOTAS = "key-quotas";

    /** {@link io.modelhub.aggregator.day.Days} by API key. */
    public static final String DAYS = "key-usage-1d";

    /**
     * Names of the children.
     *
     * @param states gets KeyQuotaState by API key
     * @param events gets KeyQuotaEvent by API key
     * @param days gets KeyUsageDay by KeyUsageDayKey
     */
    public record Children(String states, String events, String days) {}

    private final CatalogTable<APIKey, APIKey> apiKeys;
    private final QuotaClock clock;
    private final List<Integer> thresholds;
    private final Children children;

    private CatalogBook<APIKey> catalog;
    private KeyValueStore<String, QuotaState> quotas;
    private GrowingDays days;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    private EnforceQuotasProcessor(
            CatalogTable<APIKey, APIKey> apiKeys, QuotaClock clock, List<Integer> thresholds, Children children) {
        this.apiKeys = apiKeys;
        this.clock = clock;
        this.thresholds = thresholds;
        this.children = children;
    }

    /**
     * Key in: the API key; value in: an encoded {@link DayPart}.
     *
     * @param thresholds in per cent of a limit, rising
     */
    public static ProcessorSupplier<String, byte[], Object, Object> supplier(
            CatalogTable<APIKey, APIKey> apiKeys, QuotaClock clock, List<Integer> thresholds, Children children) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, byte[], Object, Object> get() {
                return new EnforceQuotasProcessor(apiKeys, clock, thresholds, children);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                Set<StoreBuilder<?>> stores = new HashSet<>(GrowingDays.stores(DAYS));
                stores.add(Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(QUOTAS), Serdes.String(), QuotaStateCodec.serde()));
                return stores;
            }
        };
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        catalog = apiKeys.in(context);
        quotas = context.getStateStore(QUOTAS);
        days = GrowingDays.in(context, DAYS);
        context.schedule(
                Unpublished.PACE,
                PunctuationType.WALL_CLOCK_TIME,
                now -> days.publish((day, sums) -> publish(day, sums, now)));
    }

    @Override
    public void process(Record<String, byte[]> record) {
        String apiKey = record.key();
        DayPart part = DayPart.decode(record.value());
        Instant lastUsed = part.sums().lastUsedAt();
        QuotaLimits limits = QuotaLimits.of(catalog.find(apiKey));
        QuotaState before = quotas.get(apiKey);
        Instant wallClock = Instant.ofEpochMilli(context().currentSystemTimeMs());
        Instant now = clock.now(wallClock, before == null ? null : before.lastUsedAt(), lastUsed);

        // The order matters: a period that begins takes over what its days hold already, so this spend must not be
        // there yet.
        QuotaState.Step rolled = before == null
                ? new QuotaState.Step(QuotaState.begin(limits, now, period -> spentIn(apiKey, period)), List.of())
                : before.at(now, limits, period -> spentIn(apiKey, period));
        days.add(apiKey, part);
        QuotaState.Step spent = rolled.state()
                .plus(
                        Instant.ofEpochMilli(part.quarter()),
                        lastUsed,
                        part.sums().cost(),
                        limits,
                        thresholds);

        quotas.put(apiKey, spent.state());
        EnumSet<QuotaCause> causes = EnumSet.noneOf(QuotaCause.class);
        if (before != null) {
            causes.addAll(before.causes());
        }
        tell(record, rolled, causes, limits);
        tell(record, spent, causes, limits);
        if (before != null && before.enabled() != spent.state().enabled()
                || !spent.changes().isEmpty()) {
            context()
                    .forward(
                            new Record<>(apiKey, QuotaRecords.state(apiKey, spent.state(), limits), record.timestamp()),
                            children.states());
        }
    }

    /** @param causes that stand before the step; brought up to date change by change */
    private void tell(
            Record<String, byte[]> record, QuotaState.Step step, EnumSet<QuotaCause> causes, QuotaLimits limits) {
        Instant occurredAt = Instant.ofEpochMilli(record.timestamp());
        for (QuotaChange change : step.changes()) {
            if (change.period().disabling()) {
                causes.add(change.cause());
            } else {
                causes.remove(change.cause());
            }
            context()
                    .forward(
                            new Record<>(
                                    record.key(),
                                    QuotaRecords.event(record.key(), change, !causes.isEmpty(), limits, occurredAt),
                                    record.timestamp()),
                            children.events());
        }
    }

    private BigDecimal spentIn(String apiKey, CalendarPeriod period) {
        return days.sums(apiKey, period.start(), period.end()).cost();
    }

    private void publish(DayId day, ModelSums sums, long now) {
        String apiKey = day.subject();
        QuotaLimits limits = QuotaLimits.of(catalog.find(apiKey));
        QuotaState state = quotas.get(apiKey);
        if (state != null) {
            context().forward(new Record<>(apiKey, QuotaRecords.state(apiKey, state, limits), now), children.states());
        }
        if (!sums.isEmpty()) { // Else its retention has passed.
            context()
                    .forward(
                            new Record<>(
                                    DayRecords.keyOfKey(day), DayRecords.ofKey(day, limits.organization(), sums), now),
                            children.days());
        }
    }
}
