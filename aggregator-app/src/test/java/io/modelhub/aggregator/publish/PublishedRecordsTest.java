package io.modelhub.aggregator.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.ledger.Cell;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.ledger.Page;
import io.modelhub.aggregator.ledger.Subject;
import io.modelhub.aggregator.sum.Figures;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelUsage;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;

class PublishedRecordsTest {

    private static final long DAY = 1_764_028_800_000L;

    private static final Topic<UsageWindowKey, UsageWindow> TOPIC = new Topic<>(
            Topics.USAGE_1M,
            Serdes.serdeFrom((topic, key) -> Plain.wireFormat(3, key), (topic, bytes) -> null),
            Serdes.serdeFrom((topic, value) -> Plain.wireFormat(4, value), (topic, bytes) -> null));

    private final Ledger ledger = new Ledger(Plain.store(), 1_000_000);

    @Test
    void aWindowsBytesAreThoseOfTheSerializer() {
        RandomGenerator random = Seeded.random(getClass());
        for (int i = 0; i < 20_000; i++) {
            Measures call = new Measures();
            call.timestamp = DAY + random.nextLong(600_000);
            call.latencyMs =
                    random.nextInt(4) == 0 ? Measures.NOT_MEASURED : random.nextLong(1L << random.nextInt(1, 25));
            call.tokensInput = random.nextLong(1_000_000_000);
            call.tokensOutput = random.nextLong(1_000_000_000);
            call.tokensReasoning = random.nextLong(1_000);
            call.costPicos = random.nextLong(1L << random.nextInt(1, 63));
            call.unpriced = random.nextInt(5) == 0;
            call.status = CallStatus.values()[random.nextInt(3)];
            // The few models of the first half get many calls, the others one each.
            String model = i < 10_000 ? "p/ü" + random.nextInt(50) : "p/m" + i;
            ledger.add(Subject.ORGANIZATION.bit(), "acme", null, null, model, call);
        }
        WindowRecords records = new WindowRecords(TOPIC);
        List<Cell> cells = new ArrayList<>();
        ledger.publishWindows(cells::add);
        assertThat(cells).hasSizeGreaterThan(20_000);
        for (Cell cell : cells) {
            UsageWindowKey key = new UsageWindowKey("acme", cell.model(), Instant.ofEpochMilli(cell.start()));
            assertThat(records.key(cell)).isEqualTo(Plain.wireFormat(3, key));
            assertThat(records.value(cell)).isEqualTo(Plain.wireFormat(4, window(cell)));
        }
    }

    private static UsageWindow window(Cell cell) {
        UsageWindow window = new UsageWindow();
        Figures.set(window, "organization", cell.subject());
        Figures.set(window, "model", cell.model());
        Figures.set(window, "window_start", Instant.ofEpochMilli(cell.start()));
        Figures.set(
                window, "window_end", Instant.ofEpochMilli(cell.series().grain().endOf(cell.start())));
        Figures.put(window, cell.sum().usage());
        Figures.put(window, cell.sum().latency());
        Figures.set(window, "is_final", false);
        return window;
    }

    @Test
    void aDayListsTheLargestModelsAndSumsUpTheOthers() {
        for (int i = 0; i < DayRecords.LISTED_MODELS + 3; i++) {
            route("p/m%03d".formatted(i), 1_000 + i);
        }
        route("p/m000", 5_000);

        RuleUsageDay record = DayRecords.ofRule(day());
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

    private Page day() {
        List<Page> days = new ArrayList<>();
        ledger.publishDays(days::add);
        assertThat(days).hasSize(1);
        return days.get(0);
    }
}
