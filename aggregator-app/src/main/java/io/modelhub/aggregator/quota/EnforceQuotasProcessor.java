package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.day.DayId;
import io.modelhub.aggregator.day.DayPart;
import io.modelhub.aggregator.day.DayRecords;
import io.modelhub.aggregator.day.GrowingDays;
import io.modelhub.aggregator.day.ModelSums;
import io.modelhub.aggregator.fold.CommitCount;
import io.modelhub.aggregator.publish.Unpublished;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

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

    private static final String COMMITS = "key-commits";

    /** How soon after its commit a disabled key is known to be readable; only while one waits for that. */
    private static final Duration WATCH = Duration.ofMillis(10);

    /**
     * Names of the children.
     *
     * @param states gets KeyQuotaState by API key
     * @param events gets KeyQuotaEvent by API key
     * @param days gets KeyUsageDay by KeyUsageDayKey
     */
    public record Children(String states, String events, String days) {}

    private final QuotaCatalog catalog;
    private final QuotaClock clock;
    private final List<Integer> thresholds;
    private final Children children;

    private KeyValueStore<String, QuotaState> quotas;
    private KeyQuotas keys;
    private CommitCount commits;
    private long commitsHeard;
    private @Nullable Cancellable watch;
    private GrowingDays days;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    private EnforceQuotasProcessor(
            QuotaCatalog catalog, QuotaClock clock, List<Integer> thresholds, Children children) {
        this.catalog = catalog;
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
            QuotaCatalog catalog, QuotaClock clock, List<Integer> thresholds, Children children) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, byte[], Object, Object> get() {
                return new EnforceQuotasProcessor(catalog, clock, thresholds, children);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                Set<StoreBuilder<?>> stores = new HashSet<>(GrowingDays.stores(DAYS));
                stores.add(Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(QUOTAS), Serdes.String(), QuotaStateCodec.serde()));
                stores.add(KeyQuotas.dueStore());
                stores.add(CommitCount.builder(COMMITS));
                return stores;
            }
        };
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        quotas = context.getStateStore(QUOTAS);
        commits = context.getStateStore(COMMITS);
        watch = null; // A revived task begins anew with the same processor.
        keys = new KeyQuotas(
                stored(),
                context.getStateStore(KeyQuotas.DUE),
                catalog.in(context),
                isHere(context.taskId().partition()),
                clock,
                thresholds,
                news(new OvershootMeter(context)),
                wallClock());
        context.schedule(KeyQuotas.TICK, PunctuationType.WALL_CLOCK_TIME, now -> look());
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
        hearCommit();
        keys.spend(
                apiKey,
                new KeySpend(
                        Instant.ofEpochMilli(part.quarter()),
                        part.sums().lastUsedAt(),
                        Instant.ofEpochMilli(record.timestamp()),
                        part.sums().cost()),
                wallClock());
        watchCommit();
        days.add(apiKey, part);
    }

    /** Steps on what needs no call. */
    private void look() {
        hearCommit();
        keys.look(wallClock());
        watchCommit();
    }

    private void watchCommit() {
        if (keys.hasUnheard() && watch == null) {
            commitsHeard = commits.begun();
            watch = context().schedule(WATCH, PunctuationType.WALL_CLOCK_TIME, now -> hearCommit());
        }
    }

    private void hearCommit() {
        if (watch != null && commits.begun() > commitsHeard) {
            watch.cancel();
            watch = null;
            keys.committed(wallClock());
        }
    }

    private Instant wallClock() {
        return Instant.ofEpochMilli(context().currentSystemTimeMs());
    }

    private KeyQuotas.States stored() {
        return new KeyQuotas.States() {
            @Override
            public @Nullable QuotaState get(String apiKey) {
                return quotas.get(apiKey);
            }

            @Override
            public void put(String apiKey, QuotaState state) {
                quotas.put(apiKey, state);
            }
        };
    }

    private KeyQuotas.News news(OvershootMeter meter) {
        return new KeyQuotas.News() {
            @Override
            public void event(String apiKey, KeyQuotaEvent event, Instant at) {
                context().forward(new Record<>(apiKey, event, at.toEpochMilli()), children.events());
            }

            @Override
            public void state(String apiKey, @Nullable KeyQuotaState state, Instant at) {
                context().forward(new Record<>(apiKey, state, at.toEpochMilli()), children.states());
            }

            @Override
            public void step(QuotaState.Step step) {
                meter.record(step);
            }
        };
    }

    /** Whether a key's spend comes to a partition: it is keyed by the API key. */
    private static Predicate<String> isHere(int partition) {
        return apiKey -> Utils.toPositive(Utils.murmur2(apiKey.getBytes(StandardCharsets.UTF_8))) % Topics.PARTITIONS
                == partition;
    }

    private void publish(DayId day, ModelSums sums, long now) {
        String apiKey = day.subject();
        KeyQuotaState state = keys.published(apiKey);
        if (state != null) {
            context().forward(new Record<>(apiKey, state, now), children.states());
        }
        if (!sums.isEmpty()) { // Else its retention has passed.
            context()
                    .forward(
                            new Record<>(
                                    DayRecords.keyOfKey(day),
                                    DayRecords.ofKey(day, keys.organization(apiKey), sums),
                                    now),
                            children.days());
        }
    }
}
