package io.modelhub.aggregator.query;

import static java.util.Comparator.comparing;

import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.aggregator.price.CostSource;
import io.modelhub.aggregator.price.Pricer;
import io.modelhub.aggregator.source.Acceptance;
import io.modelhub.aggregator.source.Call;
import io.modelhub.aggregator.sum.Usd;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaPeriod;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.MalformedRecordException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Explains a key's spend from the log: the same acceptance and the same prices as the stages apply, the first record of an
 * event identifier wins. Nothing is kept for it. It costs a read of the log since the period's beginning, all partitions:
 * records of other keys are passed over without decoding them.
 */
public final class QuotaExplanationReader {

    /** Of one key, in memory: some 100 MB. */
    private static final int MOST_CALLS = 200_000;

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Stores stores;
    private final CatalogTable<Model, CatalogModel> models;
    private final KeyQuotaReader quotas;
    private final UsageLog log;
    private final Topic<String, ModelMetrics> topic;
    private final Acceptance acceptance;

    public QuotaExplanationReader(
            Stores stores,
            CatalogTable<Model, CatalogModel> models,
            KeyQuotaReader quotas,
            UsageLog log,
            Topic<String, ModelMetrics> topic,
            Acceptance acceptance) {
        this.stores = stores;
        this.models = models;
        this.quotas = quotas;
        this.log = log;
        this.topic = topic;
        this.acceptance = acceptance;
    }

    /** What brought a key's current day or month there; empty for a key that neither the catalog nor any usage has shown. */
    public StoreAnswer<Optional<QuotaExplanation>> explain(String apiKey, QuotaCause cause, Instant now) {
        return quotas.read(apiKey, now)
                .flatMap(state -> stores.read(streams -> streams.store(models.query()))
                        .flatMap(prices -> explain(
                                apiKey,
                                state.map(known -> cause == QuotaCause.DAY ? known.getDay() : known.getMonth()),
                                prices)));
    }

    private StoreAnswer<Optional<QuotaExplanation>> explain(
            String apiKey, Optional<QuotaPeriod> period, CatalogBook<CatalogModel> prices) {
        try {
            return new StoreAnswer.Found<>(period.map(known -> explain(apiKey, known, prices)));
        } catch (RetriableException e) { // The broker or the registry is away.
            return new StoreAnswer.NotReady<>("the log can't be read now: " + e.getMessage(), RETRY);
        }
    }

    private QuotaExplanation explain(String apiKey, QuotaPeriod period, CatalogBook<CatalogModel> prices) {
        byte[] keyText = apiKey.getBytes(StandardCharsets.UTF_8);
        List<Logged> found = new ArrayList<>();
        // A call may have been appended before its own time: its sender's clock was ahead.
        boolean complete = log.read(period.getStart().minus(Acceptance.AHEAD), record -> {
            if (contains(record.value(), keyText)) {
                Logged call = accepted(record);
                if (call != null && apiKey.equals(call.usage.getApiKey()) && isIn(period, call.usage.getTimestamp())) {
                    found.add(call);
                }
            }
            return found.size() <= MOST_CALLS;
        });
        found.sort(
                comparing(Logged::appendTime).thenComparing(Logged::partition).thenComparing(Logged::offset));
        return counted(period, found, prices, complete);
    }

    private static QuotaExplanation counted(
            QuotaPeriod period, List<Logged> found, CatalogBook<CatalogModel> prices, boolean complete) {
        Set<String> seen = new HashSet<>();
        List<QuotaExplanation.Counted> calls = new ArrayList<>();
        BigDecimal spent = Usd.ZERO;
        for (Logged logged : found) {
            ModelMetrics usage = logged.usage;
            if (!seen.add(Topics.canonicalKey(usage) + "\n" + usage.getEventId())) {
                continue;
            }
            CatalogModel model = prices.find(usage.getModel());
            Call call = Call.of(usage);
            CostSource source = Pricer.charge(call, logged.appendTime, model);
            BigDecimal cost = Usd.ofPicos(BigInteger.valueOf(call.measures.costPicos));
            Optional<ModelPrice> price = model == null || source != CostSource.CATALOG
                    ? Optional.empty()
                    : model.prices().charging(usage.getTimestamp(), Instant.ofEpochMilli(logged.appendTime));
            spent = spent.add(cost);
            calls.add(new QuotaExplanation.Counted(
                    calls.size(),
                    logged.partition,
                    logged.offset,
                    Instant.ofEpochMilli(logged.appendTime),
                    usage,
                    source,
                    cost,
                    price,
                    spent));
        }
        return new QuotaExplanation(period, calls, found.size() - calls.size(), complete);
    }

    /** Null for a record that counts nothing. */
    private @Nullable Logged accepted(ConsumerRecord<byte[], byte[]> record) {
        try {
            ModelMetrics usage = topic.value().deserializer().deserialize(topic.name(), record.value());
            return acceptance.accepts(usage, Instant.ofEpochMilli(record.timestamp()))
                    ? new Logged(record.partition(), record.offset(), record.timestamp(), usage)
                    : null;
        } catch (MalformedRecordException e) {
            return null;
        }
    }

    private static boolean isIn(QuotaPeriod period, Instant time) {
        return !time.isBefore(period.getStart()) && time.isBefore(period.getEnd());
    }

    /** Avro writes text as it is: a record without the key's bytes is not about the key. */
    private static boolean contains(byte @Nullable [] value, byte[] text) {
        if (value == null) {
            return false;
        }
        for (int start = 0; start <= value.length - text.length; start++) {
            int i = 0;
            while (i < text.length && value[start + i] == text[i]) {
                i++;
            }
            if (i == text.length) {
                return true;
            }
        }
        return false;
    }

    private record Logged(int partition, long offset, long appendTime, ModelMetrics usage) {}
}
