package io.modelhub.aggregator.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.Usd;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NearLimitTest {

    private static final String KEY = "3f0a6a51-6c5f-4c53-9d5e-0a5a3f6b2c11";
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant TOMORROW = NOON.plusSeconds(86_400);
    private static final int HOME = 3;

    private final QuotaStates states = new QuotaStates(
            Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore("quotas"), Serdes.String(), QuotaStateCodec.serde())
                    .withLoggingDisabled()
                    .build(),
            Plain.store());
    private final Lent<QuotaStates> lent = new Lent<>();
    private final NearLimit nearLimit = new NearLimit(lent);

    @BeforeEach
    @SuppressWarnings("unchecked")
    void lend() {
        ((Lent.Slot<QuotaStates>) lent.slot("quotas-lent").build()).lend(HOME, states);
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                arguments("far", "100", "1000", "50", NOON, "0.10", false),
                arguments("a thousandth of the day's limit is left", "100", "1000", "99.9", NOON, "0.0001", true),
                arguments("a little more than that is left", "100", "1000", "99.89", NOON, "0.0001", false),
                arguments("one such call would reach it", "100", "1000", "99.5", NOON, "0.50", true),
                arguments("five would", "100", "1000", "99.5", NOON, "0.10", true),
                arguments("five wouldn't", "100", "1000", "99.49", NOON, "0.10", false),
                arguments("the month's limit is near, the day's isn't", "100", "51", "50.95", NOON, "0.0001", true),
                arguments("the month's alone", null, "51", "50.95", NOON, "0.0001", true),
                arguments(
                        "it is reached: the key is told, no call brings it there",
                        "100",
                        null,
                        "100",
                        NOON,
                        "5",
                        false),
                arguments("the day's is reached, the month's near", "100", "100.1", "100", NOON, "0.0001", true),
                arguments("a day has begun since: nothing of it is spent", "100", null, "99.95", TOMORROW, "1", false),
                arguments("and five such calls would reach its limit", "100", null, "99.95", TOMORROW, "20", true),
                arguments("a day has begun since it was reached", "100", null, "100", TOMORROW, "20", true),
                arguments("a limit of nothing, reached before anything is spent", "0", null, "0", NOON, "1", false),
                arguments("no limit", null, null, "1000000", NOON, "1000", false),
                arguments("what costs nothing brings nobody anywhere", "100", null, "50", NOON, "0", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void aCallIsNearWhereFewMoreWouldReachTheLimit(
            String name,
            @Nullable String daily,
            @Nullable String monthly,
            String spent,
            Instant time,
            String cost,
            boolean isNear) {
        states.put(KEY, spent(spent, limit(daily), limit(monthly)));

        assertThat(nearLimit.isNear(KEY, call(time, cost), HOME)).isEqualTo(isNear);
    }

    @Test
    void theWorstIsAssumedOfAKeyThatNobodyHereKnows() {
        assertThat(nearLimit.isNear(KEY, call(NOON, "0.01"), HOME)).isTrue();

        states.put(KEY, spent("1", limit("100"), null));
        assertThat(nearLimit.isNear(KEY, call(NOON, "0.01"), HOME)).isFalse();
        assertThat(nearLimit.isNear(KEY, call(NOON, "0.01"), HOME + 1)).isTrue(); // The home of another process.
    }

    private static QuotaState spent(String amount, @Nullable BigDecimal daily, @Nullable BigDecimal monthly) {
        QuotaLimits limits = new QuotaLimits(true, "acme", daily, monthly);
        KeySpend spend = new KeySpend(NOON, NOON, NOON, new BigDecimal(amount).setScale(Usd.SCALE));
        return QuotaState.begin(NOON, ZoneOffset.UTC)
                .at(NOON, ZoneOffset.UTC, limits, List.of())
                .then(state -> state.plus(spend, List.of()))
                .state();
    }

    private static @Nullable BigDecimal limit(@Nullable String amount) {
        return amount == null ? null : new BigDecimal(amount).setScale(Usd.SCALE);
    }

    private static Measures call(Instant time, String cost) {
        Measures call = new Measures();
        call.timestamp = time.toEpochMilli();
        call.costPicos = Usd.picos(new BigDecimal(cost));
        return call;
    }
}
