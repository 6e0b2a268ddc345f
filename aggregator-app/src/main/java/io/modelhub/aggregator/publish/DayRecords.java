package io.modelhub.aggregator.publish;

import static java.util.Comparator.comparing;

import io.modelhub.aggregator.ledger.Cell;
import io.modelhub.aggregator.ledger.Page;
import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.UsageSum;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.KeyUsageDayKey;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.RuleUsageDayKey;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Days of API keys and of routing rules as the records that are published: KeyUsageDay.avsc, RuleUsageDay.avsc and their keys.
 * One thread.
 */
public final class DayRecords {

    /** A record names at most this many models, so that a subject that calls thousands stays readable by a broker. */
    static final int LISTED_MODELS = 50;

    private static final Comparator<Cell> LARGEST_FIRST = comparing(Cell::usage, UsageSum::compareCost)
            .thenComparingLong(model -> model.sum().usage().requests())
            .reversed()
            .thenComparing(Cell::model);

    private final Topic<KeyUsageDayKey, KeyUsageDay> keyDays;
    private final Topic<RuleUsageDayKey, RuleUsageDay> ruleDays;
    private final AvroOutput output = new AvroOutput();

    /** What the wire format has before the Avro bytes; null until the first day. */
    private byte @Nullable [] keyHeaderOfKey;

    private byte @Nullable [] valueHeaderOfKey;
    private byte @Nullable [] keyHeaderOfRule;
    private byte @Nullable [] valueHeaderOfRule;

    public DayRecords(Topics topics) {
        this(topics.keyUsage1d(), topics.ruleUsage1d());
    }

    DayRecords(Topic<KeyUsageDayKey, KeyUsageDay> keyDays, Topic<RuleUsageDayKey, RuleUsageDay> ruleDays) {
        this.keyDays = keyDays;
        this.ruleDays = ruleDays;
    }

    public byte[] keyOfKey(Page day) {
        if (keyHeaderOfKey == null) {
            keyHeaderOfKey = AvroOutput.header(
                    keyDays.key().serializer(), keyDays.name(), new KeyUsageDayKey("-", Instant.EPOCH));
        }
        return key(keyHeaderOfKey, day);
    }

    public byte[] keyOfRule(Page day) {
        if (keyHeaderOfRule == null) {
            keyHeaderOfRule = AvroOutput.header(
                    ruleDays.key().serializer(), ruleDays.name(), new RuleUsageDayKey("-", Instant.EPOCH));
        }
        return key(keyHeaderOfRule, day);
    }

    private byte[] key(byte[] header, Page day) {
        output.begin(header);
        output.write(day.subject());
        output.write(day.start());
        return output.end();
    }

    /** @param organization whose key it is; null: shared, or unknown to the catalog */
    public byte[] ofKey(Page day, @Nullable String organization) {
        if (valueHeaderOfKey == null) {
            valueHeaderOfKey = AvroOutput.header(keyDays.value().serializer(), keyDays.name(), sampleOfKey());
        }
        output.begin(valueHeaderOfKey);
        output.write(day.subject());
        output.writeOptional(organization);
        return filled(day);
    }

    public byte[] ofRule(Page day) {
        if (valueHeaderOfRule == null) {
            valueHeaderOfRule = AvroOutput.header(ruleDays.value().serializer(), ruleDays.name(), sampleOfRule());
        }
        output.begin(valueHeaderOfRule);
        output.write(day.subject());
        return filled(day);
    }

    /** From window_start on, where both are alike. */
    private byte[] filled(Page day) {
        List<Cell> models = new ArrayList<>();
        CallSum total = new CallSum();
        day.forEach(model -> {
            models.add(model);
            total.add(model.sum());
        });
        output.write(day.start());
        output.write(day.end());
        output.write(total.usage());
        output.writeOptional(Long.valueOf(total.latestAt().toEpochMilli()));
        output.write(total.latency());
        write(models);
        return output.end();
    }

    /** The largest, and the others together. */
    private void write(List<Cell> models) {
        models.sort(LARGEST_FIRST);
        int listed = Math.min(LISTED_MODELS, models.size());
        UsageSum others = new UsageSum();
        models.subList(listed, models.size())
                .forEach(model -> others.add(model.sum().usage()));
        boolean hasOthers = others.requests() > 0;
        output.write(hasOthers ? listed + 1 : listed);
        for (Cell model : models.subList(0, listed)) {
            output.writeOptional(model.model());
            output.write(model.sum().usage());
        }
        if (hasOthers) {
            output.writeOptional((String) null);
            output.write(others);
        }
        output.write(0); // No further block of the array.
    }

    private static KeyUsageDay sampleOfKey() {
        return KeyUsageDay.newBuilder()
                .setApiKey("-")
                .setWindowStart(Instant.EPOCH)
                .setWindowEnd(Instant.EPOCH)
                .setRequests(0)
                .setErrors(0)
                .setTimeouts(0)
                .setTokensInput(0)
                .setTokensOutput(0)
                .setCost(BigDecimal.ZERO.setScale(12))
                .setUnpricedRequests(0)
                .setLatencySketch(ByteBuffer.allocate(0))
                .setModels(List.of())
                .build();
    }

    private static RuleUsageDay sampleOfRule() {
        return RuleUsageDay.newBuilder()
                .setRoutingRule("-")
                .setWindowStart(Instant.EPOCH)
                .setWindowEnd(Instant.EPOCH)
                .setRequests(0)
                .setErrors(0)
                .setTimeouts(0)
                .setTokensInput(0)
                .setTokensOutput(0)
                .setCost(BigDecimal.ZERO.setScale(12))
                .setUnpricedRequests(0)
                .setLatencySketch(ByteBuffer.allocate(0))
                .setModels(List.of())
                .build();
    }
}
