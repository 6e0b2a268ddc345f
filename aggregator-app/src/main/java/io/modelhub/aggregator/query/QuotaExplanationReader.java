package io.modelhub.aggregator.query;

import static java.util.Comparator.comparing;

import io.modelhub.aggregator.catalog.LastingBook;
import io.modelhub.aggregator.catalog.LastingTable;
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
import io.modelhub.schema.UsageCorrection;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.MalformedRecordException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Explains a key's spend from the log: the same acceptance and the same prices as the stages apply, the first record of an
 * event identifier wins; and from the corrections. Nothing is kept for it. It costs a read of both since the period's beginning,
 * all partitions: records of other keys are passed over without decoding them.
 */
public final class QuotaExplanationReader {

    /** Of one key, in memory: some 100 MB. */
    private static final int MOST_RECORDS = 200_000;

    private static final Duration RETRY = Duration.ofSeconds(5);

    private static final Comparator<Logged<?>> ORDER = comparing((Logged<?> logged) -> logged.appendTime)
            .thenComparing(logged -> logged.partition)
            .thenComparing(logged -> logged.offset);

    private final Stores stores;
    private final LastingTable<Model, CatalogModel> models;
    private final KeyQuotaReader quotas;
    private final TopicLog usageLog;
    private final TopicLog correctionLog;
    private final Topics topics;
    private final Acceptance acceptance;

    public QuotaExplanationReader(
            Stores stores,
            LastingTable<Model, CatalogModel> models,
            KeyQuotaReader quotas,
            TopicLog usageLog,
            TopicLog correctionLog,
            Topics topics,
            Acceptance acceptance) {
        this.stores = stores;
        this.models = models;
        this.quotas = quotas;
        this.usageLog = usageLog;
        this.correctionLog = correctionLog;
        this.topics = topics;
        this.acceptance = acceptance;
    }

    /** What brought a key's current day or month there; empty for a key that neither the catalog nor any usage has shown. */
    public StoreAnswer<Optional<QuotaExplanation>> explain(String apiKey, QuotaCause cause, Instant now) {
        return quotas.read(apiKey, now)
                .flatMap(state -> stores.read(streams -> models.in(streams))
                        .flatMap(prices -> explain(
                                apiKey,
                                state.map(known -> cause == QuotaCause.DAY ? known.getDay() : known.getMonth()),
                                prices)));
    }

    private StoreAnswer<Optional<QuotaExplanation>> explain(
            String apiKey, Optional<QuotaPeriod> period, LastingBook<CatalogModel> prices) {
        try {
            return new StoreAnswer.Found<>(period.map(known -> explain(apiKey, known, prices)));
        } catch (RetriableException e) { // The broker or the registry is away.
            return new StoreAnswer.NotReady<>("the log can't be read now: " + e.getMessage(), RETRY);
        }
    }

    private QuotaExplanation explain(String apiKey, QuotaPeriod period, LastingBook<CatalogModel> prices) {
        byte[] keyText = apiKey.getBytes(StandardCharsets.UTF_8);
        List<Logged<ModelMetrics>> calls = new ArrayList<>();
        // A call may have been appended before its own time: its sender's clock was ahead.
        boolean isWhole = usageLog.read(period.getStart().minus(Acceptance.AHEAD), record -> {
            if (contains(record.value(), keyText)) {
                Logged<ModelMetrics> call = logged(topics.usage(), record);
                if (call != null
                        && acceptance.accepts(call.value, Instant.ofEpochMilli(call.appendTime))
                        && apiKey.equals(call.value.getApiKey())
                        && isIn(period, call.value.getTimestamp())) {
                    calls.add(call);
                }
            }
            return calls.size() <= MOST_RECORDS;
        });
        List<Logged<UsageCorrection>> corrections = new ArrayList<>();
        isWhole &= correctionLog.read(period.getStart(), record -> {
            if (contains(record.value(), keyText)) {
                Logged<UsageCorrection> correction = logged(topics.usageCorrections(), record);
                if (correction != null
                        && apiKey.equals(correction.value.getApiKey())
                        && isIn(period, correction.value.getRangeStart())) {
                    corrections.add(correction);
                }
            }
            return corrections.size() <= MOST_RECORDS;
        });
        calls.sort(ORDER);
        corrections.sort(ORDER);
        return explained(period, calls, corrections, prices, isWhole);
    }

    private static QuotaExplanation explained(
            QuotaPeriod period,
            List<Logged<ModelMetrics>> calls,
            List<Logged<UsageCorrection>> corrections,
            LastingBook<CatalogModel> prices,
            boolean isWhole) {
        Set<String> seen = new HashSet<>();
        List<QuotaExplanation.Counted> counted = new ArrayList<>();
        List<QuotaExplanation.Corrected> corrected = new ArrayList<>();
        BigDecimal spent = Usd.ZERO;
        int next = 0;
        for (Logged<ModelMetrics> logged : calls) {
            for (; next < corrections.size() && corrections.get(next).appendTime < logged.appendTime; next++) {
                spent = correct(corrections.get(next), spent, seen, corrected);
            }
            ModelMetrics usage = logged.value;
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
            counted.add(new QuotaExplanation.Counted(
                    counted.size(),
                    logged.partition,
                    logged.offset,
                    Instant.ofEpochMilli(logged.appendTime),
                    usage,
                    source,
                    cost,
                    price,
                    spent));
        }
        for (; next < corrections.size(); next++) {
            spent = correct(corrections.get(next), spent, seen, corrected);
        }
        return new QuotaExplanation(period, counted, corrected, spent, calls.size() - counted.size(), isWhole);
    }

    /** What is spent with a correction; it counts once, and no event has an identifier without a line break before it. */
    private static BigDecimal correct(
            Logged<UsageCorrection> logged,
            BigDecimal spent,
            Set<String> seen,
            List<QuotaExplanation.Corrected> corrected) {
        UsageCorrection correction = logged.value;
        if (!seen.add(correction.getId())) {
            return spent;
        }
        BigDecimal with = spent.add(correction.getDifference());
        corrected.add(new QuotaExplanation.Corrected(
                logged.partition, logged.offset, Instant.ofEpochMilli(logged.appendTime), correction, with));
        return with;
    }

    /** Null for a record that can't be read. */
    private static <T> @Nullable Logged<T> logged(Topic<String, T> topic, ConsumerRecord<byte[], byte[]> record) {
        try {
            T value = topic.value().deserializer().deserialize(topic.name(), record.value());
            return value == null ? null : new Logged<>(record.partition(), record.offset(), record.timestamp(), value);
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

    private record Logged<T>(int partition, long offset, long appendTime, T value) {}
}
