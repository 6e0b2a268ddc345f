package io.modelhub.aggregator.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.ledger.Cell;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.ledger.Page;
import io.modelhub.aggregator.ledger.Series;
import io.modelhub.aggregator.ledger.Subject;
import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.Figures;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.UsageSum;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.KeyUsageDayKey;
import io.modelhub.schema.ModelUsage;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.RuleUsageDayKey;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublishedRecordsTest {

    private static final long DAY = 1_764_028_800_000L;

    private static final Topic<UsageWindowKey, UsageWindow> TOPIC = new Topic<>(Topics.USAGE_1M, serde(3), serde(4));

    private static <T extends SpecificRecord> Serde<T> serde(int schemaId) {
        return Serdes.serdeFrom((topic, record) -> Plain.wireFormat(schemaId, record), (topic, bytes) -> null);
    }

    private final DayRecords records = new DayRecords(
            new Topic<>(Topics.KEY_USAGE_1D, serde(5), serde(6)),
            new Topic<>(Topics.RULE_USAGE_1D, serde(7), serde(8)));

    private final KeyValueStore<byte[], byte[]> store = Plain.store();
    private final Ledger ledger = new Ledger(store, Plain.utc(store), Plain.retention(), 1_000_000, () -> DAY);

    @Test
    void aWindowsBytesAreThoseOfTheSerializer() {
        RandomGenerator random = Seeded.random(getClass());
        for (int i = 0; i < 20_000; i++) {
            Measures call = call(random);
            // The few models of the first half get many calls, the others one each.
            String model = i < 10_000 ? "p/ü" + random.nextInt(50) : "p/m" + i;
            ledger.add(Subject.ORGANIZATION.bit(), "acme", null, null, model, call);
        }
        WindowRecords records = new WindowRecords(TOPIC);
        List<Cell> cells = new ArrayList<>();
        ledger.publishMinutes(ledger.changedMinutes(), cells::add);
        ledger.publishLonger(ledger.changedLonger(), cells::add);
        assertThat(cells).hasSizeGreaterThan(20_000);
        for (Cell cell : cells) {
            UsageWindowKey key = new UsageWindowKey("acme", cell.model(), Instant.ofEpochMilli(cell.start()));
            assertThat(records.key(cell)).isEqualTo(Plain.wireFormat(3, key));
            boolean isFinal = random.nextBoolean();
            assertThat(records.value(cell, isFinal)).isEqualTo(Plain.wireFormat(4, window(cell, isFinal)));
        }
    }

    private static Measures call(RandomGenerator random) {
        Measures call = new Measures();
        call.timestamp = DAY + random.nextLong(600_000);
        call.latencyMs = random.nextInt(4) == 0 ? Measures.NOT_MEASURED : random.nextLong(1L << random.nextInt(1, 25));
        call.tokensInput = random.nextLong(1_000_000_000);
        call.tokensOutput = random.nextLong(1_000_000_000);
        call.tokensReasoning = random.nextLong(1_000);
        call.costPicos = random.nextLong(1L << random.nextInt(1, 63));
        call.unpricedCalls = random.nextInt(5) == 0 ? 1 : 0;
        call.isRepeat = random.nextInt(20) == 0;
        call.status = CallStatus.values()[random.nextInt(3)];
        return call;
    }

    private static UsageWindow window(Cell cell, boolean isFinal) {
        UsageWindow window = new UsageWindow();
        Figures.set(window, "organization", cell.subject());
        Figures.set(window, "model", cell.model());
        Figures.set(window, "window_start", Instant.ofEpochMilli(cell.start()));
        Figures.set(window, "window_end", Instant.ofEpochMilli(cell.end()));
        Figures.put(window, cell.sum().usage());
        Figures.put(window, cell.sum().latency());
        Figures.set(window, "duplicates", cell.sum().usage().duplicates());
        Figures.set(window, "is_final", isFinal);
        return window;
    }

    @Test
    void aDaysBytesAreThoseOfTheSerializer() {
        RandomGenerator random = Seeded.random(getClass());
        for (int i = 0; i < 3_000; i++) {
            Measures call = call(random);
            String model = "p/ü" + random.nextInt(1 + i % 70);
            int both = Subject.API_KEY.bit() | Subject.ROUTING_RULE.bit();
            ledger.add(both, null, "k" + i % 20, "r" + i % 20, model, call);
        }
        for (Page day : days()) {
            Instant start = Instant.ofEpochMilli(day.start());
            if (day.series() == Series.RULE_DAYS) {
                RuleUsageDay record = new RuleUsageDay();
                Figures.set(record, "routing_rule", day.subject());
                assertThat(records.ofRule(day)).isEqualTo(Plain.wireFormat(8, filled(record, day)));
                assertThat(records.keyOfRule(day))
                        .isEqualTo(Plain.wireFormat(7, new RuleUsageDayKey(day.subject(), start)));
            } else {
                KeyUsageDay record = new KeyUsageDay();
                String organization = random.nextBoolean() ? "acme" : null;
                Figures.set(record, "api_key", day.subject());
                Figures.set(record, "organization", organization);
                assertThat(records.ofKey(day, organization)).isEqualTo(Plain.wireFormat(6, filled(record, day)));
                assertThat(records.keyOfKey(day))
                        .isEqualTo(Plain.wireFormat(5, new KeyUsageDayKey(day.subject(), start)));
            }
        }
    }

    private static <R extends SpecificRecord> R filled(R record, Page day) {
        CallSum total = new CallSum();
        day.forEach(cell -> total.add(cell.sum()));
        Figures.set(record, "window_start", Instant.ofEpochMilli(day.start()));
        Figures.set(record, "window_end", Instant.ofEpochMilli(day.start()).plus(Duration.ofDays(1)));
        Figures.put(record, total.usage());
        Figures.put(record, total.latency());
        Figures.set(record, "last_used_at", total.latestAt());
        List<Cell> cells = new ArrayList<>();
        day.forEach(cells::add);
        cells.sort(Comparator.comparing((Cell cell) -> cell.sum().usage().cost())
                .thenComparing(cell -> cell.sum().usage().requests())
                .reversed()
                .thenComparing(Cell::model));
        List<ModelUsage> models = new ArrayList<>();
        UsageSum others = new UsageSum();
        for (Cell cell : cells) {
            if (models.size() < DayRecords.LISTED_MODELS) {
                models.add(model(cell.model(), cell.sum().usage()));
            } else {
                others.add(cell.sum().usage());
            }
        }
        if (others.requests() > 0) {
            models.add(model(null, others));
        }
        Figures.set(record, "models", models);
        return record;
    }

    private static ModelUsage model(@Nullable String model, UsageSum usage) {
        ModelUsage record = new ModelUsage();
        Figures.set(record, "model", model);
        Figures.put(record, usage);
        return record;
    }

    @Test
    void aDayListsTheLargestModelsAndSumsUpTheOthers() throws IOException {
        for (int i = 0; i < DayRecords.LISTED_MODELS + 3; i++) {
            route("p/m%03d".formatted(i), 1_000 + i);
        }
        route("p/m000", 5_000);

        byte[] bytes = records.ofRule(days().get(0));
        RuleUsageDay record = new SpecificDatumReader<>(RuleUsageDay.class)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
        List<ModelUsage> models = record.getModels();
        assertThat(models).hasSize(DayRecords.LISTED_MODELS + 1);
        assertThat(models.get(0).getModel()).isEqualTo("p/m000");
        assertThat(models.get(1).getModel()).isEqualTo("p/m052");
        // 6000 and the 49 from 1052 down to 1004 are listed; 1001, 1002 and 1003 are not.
        assertThat(models.subList(DayRecords.LISTED_MODELS - 1, models.size()))
                .extracting(ModelUsage::getModel, ModelUsage::getRequests, ModelUsage::getCost)
                .containsExactly(
                        tuple("p/m004", 1L, new BigDecimal("0.000000001004")),
                        tuple(null, 3L, new BigDecimal("0.000000003006")));
        assertThat(models.stream().mapToLong(ModelUsage::getRequests).sum()).isEqualTo(record.getRequests());
        assertThat(models.stream().map(ModelUsage::getCost).reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualTo(record.getCost());
    }

    private void route(String model, long picos) {
        Measures call = new Measures();
        call.timestamp = DAY;
        call.costPicos = picos;
        ledger.add(Subject.ROUTING_RULE.bit(), null, null, "r", model, call);
    }

    private List<Page> days() {
        List<Page> days = new ArrayList<>();
        ledger.publishDays(ledger.changedDays(), days::add);
        return days;
    }
}
