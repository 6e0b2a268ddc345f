package io.modelhub.aggregator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.calendar.CalendarPeriod;
import io.modelhub.aggregator.calendar.CalendarUnit;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Stored states outlive a version: their bytes are part of its contract. */
class QuotaStateCodecTest {

    private static final Instant NOW = Instant.parse("2026-11-30T12:34:56.789Z");
    private static final ZoneId KOLKATA = ZoneId.of("Asia/Kolkata");

    /** Everything that a state can have. */
    private static final QuotaState FULL = new QuotaState(
            new QuotaLimits(true, "acme", amount("1.5"), amount("12345678901234567890.000000000001")),
            true,
            new PeriodSpend(
                    CalendarPeriod.containing(NOW, CalendarUnit.DAY, KOLKATA),
                    amount("1.75"),
                    ahead(),
                    3,
                    95,
                    new Breach(amount("0.25"), NOW.plusMillis(20))),
            new PeriodSpend(
                    CalendarPeriod.containing(NOW, CalendarUnit.MONTH, KOLKATA),
                    amount("-0.000000000001"),
                    new TreeMap<>(),
                    0,
                    0,
                    new Breach(amount("0"), null)),
            NOW);

    private static final String FULL_BYTES =
            "020f000461636d6506015d3ef798000e009bd30a3c645943dcf9d2072001aa829cc7c56880d19189c56880c1c4dbc568000c"
                    + "417369612f4b6f6c6b6174610601977420dc0004aaf2ce99c66805746a528800aae281ecc66806065dd0837000065f03053a"
                    + "35294400d2829cc7c56880a1ceb3b26880c1c4dbc568000c417369612f4b6f6c6b61746101ff000000010100";

    private static final QuotaState FRESH = QuotaState.begin(NOW, ZoneId.of("UTC"));

    private static final String FRESH_BYTES =
            "0200000080d0829cc56880c0b5eec568000355544301000000000080a0bfc6b26880c0b5eec5680003555443010000000000";

    @Test
    void theBytesOfAStateAreThoseOfFormat2() {
        assertThat(HexFormat.of().formatHex(QuotaStateCodec.encode(FULL))).isEqualTo(FULL_BYTES);
        assertThat(HexFormat.of().formatHex(QuotaStateCodec.encode(FRESH))).isEqualTo(FRESH_BYTES);
    }

    @Test
    void aStateIsReadAsItWasWritten() {
        assertThat(QuotaStateCodec.decode(HexFormat.of().parseHex(FULL_BYTES))).isEqualTo(FULL);
        assertThat(QuotaStateCodec.decode(HexFormat.of().parseHex(FRESH_BYTES))).isEqualTo(FRESH);
    }

    private static BigDecimal amount(String usd) {
        return new BigDecimal(usd).setScale(12);
    }

    private static NavigableMap<Instant, BigDecimal> ahead() {
        NavigableMap<Instant, BigDecimal> ahead = new TreeMap<>();
        ahead.put(NOW.plusSeconds(86_400), amount("0.5"));
        ahead.put(NOW.plusSeconds(172_800), amount("7"));
        return ahead;
    }
}
