package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.publish.Unpublished;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.KeyUsageDayKey;
import io.modelhub.schema.QuotaCause;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
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
import org.apache.kafka.streams.state.WindowStore;

/**
 * Keeps each API key's spend by day and its {@link QuotaState}, and tells when a limit is reached: the event and the state go
 * out in the transaction of the spend that reached it. Otherwise states and days are published at most once a second. All
 * spend of a key comes here, whichever partition its calls were in: N instances share one budget.
 */
public final class EnforceQuotasProcessor extends ContextualProcessor<String, byte[], Object, Object> {

    /** Key: API key; value: {@link QuotaState}. */
    public static final String QUOTAS = "key-quotas";

    /** Key: API key, by start of the day; value: {@link SpendSum}. Days are those of {@link Grain#DAY}. */
    public static final String DAYS = "key-usage-1d";

    private static final String UNPUBLISHED = "key-unpublished";

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
    private WindowStore<String, byte[]> days;
    private Unpublished<KeyDay> unpublished;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    private EnforceQuotasProcessor(
            CatalogTable<APIKey, APIKey> apiKeys, QuotaClock clock, List<Integer> thresholds, Children children) {
        this.apiKeys = apiKeys;
        this.clock = clock;
        this.thresholds = thresholds;
        this.children = children;
    }

    /**
     * Key in: the API key; value in: an encoded part of its spend.
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
                return Set.of(
                        Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(QUOTAS), Serdes.String(), QuotaStateCodec.serde()),
                        Stores.windowStoreBuilder(
                                Stores.persistentWindowStore(DAYS, Grain.DAY.retention(), Grain.DAY.size(), false),
                                Serdes.String(),
                                Serdes.ByteArray()),
                        Unpublished.store(UNPUBLISHED));
            }
        };
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        catalog = apiKeys.in(context);
        quotas = context.getStateStore(QUOTAS);
        days = context.getStateStore(DAYS);
        KeyValueStore<Long, String> marks = context.getStateStore(UNPUBLISHED);
        unpublished = new Unpublished<>(marks, KeyDay::asText, KeyDay::ofText);
        context.schedule(
                Unpublished.PACE,
                PunctuationType.WALL_CLOCK_TIME,
                now -> unpublished.publish(changed -> publish(changed, now)));
    }

    @Override
    public void process(Record<String, byte[]> record) {
        String apiKey = record.key();
        SpendPart part = SpendPart.decode(record.value());
        Instant lastUsed = part.sum().lastUsedAt();
        QuotaLimits limits = QuotaLimits.of(catalog.find(apiKey));
        QuotaState before = quotas.get(apiKey);
        Instant wallClock = Instant.ofEpochMilli(context().currentSystemTimeMs());
        Instant now = clock.now(wallClock, before == null ? null : before.lastUsedAt(), lastUsed);

        // The order matters: a period that begins takes over what its days hold already, so this spend must not be
        // there yet.
        QuotaState.Step rolled = before == null
                ? new QuotaState.Step(QuotaState.begin(limits, now, period -> spentIn(apiKey, period)), List.of())
                : before.at(now, limits, period -> spentIn(apiKey, period));
        long day = addToDay(apiKey, part);
        QuotaState.Step spent = rolled.state()
                .plus(
                        Instant.ofEpochMilli(part.quarter()),
                        lastUsed,
                        part.sum().usage().cost(),
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
        unpublished.mark(List.of(new KeyDay(apiKey, day)));
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

    /** Gives the start of the day. */
    private long addToDay(String apiKey, SpendPart part) {
        long day = Grain.DAY.startOf(part.quarter());
        byte[] stored = days.fetch(apiKey, day);
        SpendSum sum = part.sum();
        if (stored != null) {
            SpendSum whole = SpendSum.decode(stored);
            whole.add(sum);
            days.put(apiKey, whole.encode(), day);
        } else {
            days.put(apiKey, sum.encode(), day);
        }
        return day;
    }

    private BigDecimal spentIn(String apiKey, CalendarPeriod period) {
        return SpendHistory.spentIn(
                days.fetch(apiKey, period.start(), period.end().minusMillis(1)));
    }

    private void publish(KeyDay changed, long now) {
        String apiKey = changed.apiKey();
        QuotaLimits limits = QuotaLimits.of(catalog.find(apiKey));
        QuotaState state = quotas.get(apiKey);
        if (state != null) {
            context().forward(new Record<>(apiKey, QuotaRecords.state(apiKey, state, limits), now), children.states());
        }
        byte[] stored = days.fetch(apiKey, changed.day());
        if (stored != null) { // Else its retention has passed.
            Instant start = Instant.ofEpochMilli(changed.day());
            Instant end = Instant.ofEpochMilli(Grain.DAY.endOf(changed.day()));
            context()
                    .forward(
                            new Record<>(
                                    new KeyUsageDayKey(apiKey, start),
                                    QuotaRecords.day(
                                            apiKey, limits.organization(), start, end, SpendSum.decode(stored)),
                                    now),
                            children.days());
        }
    }

    /** @param day start, epoch milliseconds */
    private record KeyDay(String apiKey, long day) {

        String asText() {
            return day + " " + apiKey;
        }

        static KeyDay ofText(String text) {
            int end = text.indexOf(' ');
            return new KeyDay(text.substring(end + 1), Long.parseLong(text.substring(0, end)));
        }
    }
}
