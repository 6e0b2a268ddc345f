package io.modelhub.catalog.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuotaViewTest {

    private static final Instant NOW = Instant.parse("2026-11-23T20:00:00Z");

    @Test
    void showsWhatIsLeft() {
        QuotaView view = QuotaView.of(quota("2026-11-23", "10", "7.999"), "a label", NOW);
        assertThat(view.day().left()).isEqualByComparingTo("2.001");
        assertThat(view.day().percent()).as("rounded down").isEqualByComparingTo("79.99");
        assertThat(view.isNearOrOver()).isFalse();
        assertThat(view.day().forecast().outcome()).isEqualTo("not_in_period");
        assertThat(view.day().forecast().atEndOfPeriod()).isEqualByComparingTo("9.5988");
        assertThat(view.label()).isEqualTo("a label");
    }

    @Test
    void isNearFromEightyPerCentOn() {
        assertThat(QuotaView.of(quota("2026-11-23", "10", "8"), null, NOW).isNearOrOver())
                .isTrue();
        QuotaView over = QuotaView.of(quota("2026-11-23", "10", "11"), null, NOW);
        assertThat(over.isNearOrOver()).isTrue();
        assertThat(over.day().left()).isEqualByComparingTo("0");
        assertThat(over.day().forecast().outcome()).isEqualTo("reached");
        assertThat(QuotaView.of(quota("2026-11-23", "0", "0"), null, NOW).isNearOrOver())
                .as("a key that may spend nothing")
                .isTrue();
        assertThat(QuotaView.of(quota("2026-11-23", null, "1000"), null, NOW).isNearOrOver())
                .isFalse();
    }

    @Test
    void aPeriodThatHasEndedGivesWayToTheOneThatContainsNow() {
        QuotaView view = QuotaView.of(quota("2026-11-22", "10", "11"), null, NOW);
        assertThat(view.day().start()).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));
        assertThat(view.day().end()).isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
        assertThat(view.day().spent()).isEqualByComparingTo("0");
        assertThat(view.day().limit()).isEqualByComparingTo("10");
        assertThat(view.month().spent()).as("the month goes on").isEqualByComparingTo("100");
    }

    private static Counted.Quota quota(String day, String limit, String spent) {
        Instant start = Instant.parse(day + "T00:00:00Z");
        return new Counted.Quota(
                "k",
                "acme",
                "UTC",
                true,
                List.of(),
                new Counted.Spend(
                        start,
                        start.plusSeconds(86_400),
                        limit == null ? null : new BigDecimal(limit),
                        new BigDecimal(spent)),
                new Counted.Spend(
                        Instant.parse("2026-11-01T00:00:00Z"),
                        Instant.parse("2026-12-01T00:00:00Z"),
                        null,
                        new BigDecimal("100")));
    }
}
