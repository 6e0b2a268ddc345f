package io.modelhub.aggregator.day;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.modelhub.aggregator.Calls;
import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.price.CostSource;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.schema.ModelUsage;
import io.modelhub.schema.RuleUsageDay;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ModelSumsTest {

    private static final DayId DAY = new DayId("7a1d0c3e-52cb-4b0f-9d55-0d6f0f6a1b02", 1_764_028_800_000L);

    @Test
    void areTheSameWhicheverWayTheyAreFoldedSentAndMerged() {
        RandomGenerator random = Seeded.random(getClass());
        for (int round = 0; round < 100; round++) {
            ModelSums whole = new ModelSums();
            ModelSums first = new ModelSums();
            ModelSums second = new ModelSums();
            for (int i = random.nextInt(100); i >= 0; i--) {
                PricedCall call =
                        call("p/ü" + random.nextInt(5), random.nextLong(1_000_000_000), random.nextLong(5_000));
                whole.add(call);
                (random.nextBoolean() ? first : second).add(call);
            }
            ModelSums merged = new ModelSums();
            for (ModelSums part : List.of(second, first)) {
                DayPart sent = DayPart.decode(new DayPart(900_000, part).encode());
                assertThat(sent.quarter()).isEqualTo(900_000);
                sent.sums().byModel().forEach((model, sum) -> merged.of(model).add(DaySum.decode(sum.encode())));
            }
            assertThat(record(merged)).isEqualTo(record(whole));
            assertThat(merged.cost()).isEqualTo(record(whole).getCost());
            assertThat(merged.lastUsedAt()).isEqualTo(whole.total().lastUsedAt());
        }
    }

    @Test
    void aRecordListsTheLargestModelsAndSumsUpTheOthers() {
        ModelSums sums = new ModelSums();
        for (int i = 0; i < DayRecords.LISTED_MODELS + 3; i++) {
            sums.add(call("p/m%03d".formatted(i), 1_000 + i, 10));
        }
        sums.add(call("p/m000", 5_000, 10));

        List<ModelUsage> models = record(sums).getModels();
        assertThat(models).hasSize(DayRecords.LISTED_MODELS + 1);
        assertThat(models.get(0).getModel()).isEqualTo("p/m000");
        assertThat(models.get(1).getModel()).isEqualTo("p/m052");
        // 6000 and the 49 from 1052 down to 1004 are listed; 1001, 1002 and 1003 are not.
        assertThat(models.subList(DayRecords.LISTED_MODELS - 1, models.size()))
                .extracting(ModelUsage::getModel, ModelUsage::getRequests, ModelUsage::getCost)
                .containsExactly(
                        tuple("p/m004", 1L, new BigDecimal("0.000000001004")),
                        tuple(null, 3L, new BigDecimal("0.000000003006")));
        assertThat(models.stream().mapToLong(ModelUsage::getRequests).sum())
                .isEqualTo(record(sums).getRequests());
        assertThat(models.stream().map(ModelUsage::getCost).reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualTo(record(sums).getCost());
    }

    @Test
    void anIdCanBeReadBackFromItsText() {
        assertThat(DayId.ofText(DAY.asText())).isEqualTo(DAY);
        DayId spaced = new DayId("a key", -1);
        assertThat(DayId.ofText(spaced.asText())).isEqualTo(spaced);
    }

    private static RuleUsageDay record(ModelSums sums) {
        return DayRecords.ofRule(DAY, sums);
    }

    private static PricedCall call(String model, long picos, long second) {
        return new PricedCall(
                Calls.call()
                        .setModel(model)
                        .setTimestamp(Instant.ofEpochMilli(DAY.day()).plusSeconds(second))
                        .setLatencyMs(second)
                        .setTokensInput(second)
                        .build(),
                "acme",
                picos,
                CostSource.SENT);
    }
}
