package io.modelhub.aggregator.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.Calls;
import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.price.CostSource;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.schema.CallStatus;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class WindowSumTest {

    private static final WindowId WINDOW = new WindowId(Grain.DAY, "acme", "openai/gpt-4o", 0);

    @Test
    void isTheSameWhicheverWayItIsFoldedStoredAndMerged() {
        RandomGenerator random = Seeded.random(getClass());
        for (int round = 0; round < 200; round++) {
            WindowSum whole = new WindowSum();
            WindowSum first = new WindowSum();
            WindowSum second = new WindowSum();
            for (int i = random.nextInt(200); i >= 0; i--) {
                PricedCall call = call(random);
                whole.add(call);
                (random.nextBoolean() ? first : second).add(call);
            }
            WindowSum merged = WindowSum.decode(second.encode());
            merged.decodeAndAdd(first.encode());
            assertThat(UsageWindows.value(WINDOW, merged)).isEqualTo(UsageWindows.value(WINDOW, whole));
        }
    }

    @Test
    void aPartCarriesItsModelAndMinute() {
        WindowSum sum = new WindowSum();
        sum.add(call(Seeded.random(getClass())));
        MinutePart part = MinutePart.decode(new MinutePart("a/ü@1", 1_764_000_000_000L, sum).encode());
        assertThat(part.model()).isEqualTo("a/ü@1");
        assertThat(part.minute()).isEqualTo(1_764_000_000_000L);
        assertThat(UsageWindows.value(WINDOW, part.sum())).isEqualTo(UsageWindows.value(WINDOW, sum));
    }

    @Test
    void stateOfALaterFormatIsNotMisread() {
        assertThatThrownBy(() -> WindowSum.decode(new byte[] {9, 0, 0}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("format 9");
    }

    @Test
    void windowsAreHalfOpenAndFitIntoEachOther() {
        long time = 1_764_000_123_456L;
        for (Grain grain : Grain.values()) {
            long start = grain.startOf(time);
            assertThat(start).isLessThanOrEqualTo(time);
            assertThat(grain.endOf(start)).isGreaterThan(time);
            assertThat(grain.startOf(grain.endOf(start) - 1)).isEqualTo(start);
            assertThat(grain.startOf(grain.endOf(start))).isEqualTo(grain.endOf(start));
            assertThat(grain.startOf(Grain.MINUTE.startOf(time))).isEqualTo(start);
            assertThat(Grain.labelled(grain.label())).contains(grain);
        }
        assertThat(Grain.MINUTE.startOf(-1)).isEqualTo(-60_000);
    }

    @Test
    void anIdCanBeReadBackFromItsText() {
        WindowId window = new WindowId(Grain.QUARTER_HOUR, "acme", "azure/gpt 4o|x@1", 900_000);
        assertThat(WindowId.ofText(window.asText())).isEqualTo(window);
        assertThat(WindowId.firstKeyOf("acme")).isLessThanOrEqualTo(window.storeKey());
        assertThat(WindowId.lastKeyOf("acme")).isGreaterThan(window.storeKey());
        assertThat(WindowId.lastKeyOf("acme")).isLessThan(new WindowId(Grain.DAY, "acme-2", "m/x", 0).storeKey());
    }

    private static PricedCall call(RandomGenerator random) {
        CallStatus[] statuses = CallStatus.values();
        return new PricedCall(
                Calls.call()
                        .setTokensInput(random.nextLong(1_000_000_000))
                        .setTokensOutput(random.nextLong(1_000_000_000))
                        .setTokensInputCached(random.nextLong(1000))
                        .setTokensCacheWrite(random.nextLong(1000))
                        .setTokensReasoning(random.nextLong(1000))
                        .setLatencyMs(random.nextInt(4) == 0 ? null : random.nextLong(100_000))
                        .setStatus(statuses[random.nextInt(statuses.length)])
                        .build(),
                "acme",
                random.nextLong(Long.MAX_VALUE),
                random.nextInt(5) == 0 ? CostSource.UNPRICED : CostSource.CATALOG);
    }
}
