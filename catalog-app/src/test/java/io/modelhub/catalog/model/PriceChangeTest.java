package io.modelhub.catalog.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PriceChangeTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration LEAD = Duration.ofSeconds(65);
    private static final PriceChange CHANGE = new PriceChange(LEAD);

    private static Price price(int cents) {
        BigDecimal rate = BigDecimal.valueOf(cents, 2);
        return new Price(new Rates(rate, rate, null, null, null), List.of());
    }

    @Test
    void theFirstPriceCoversAllEarlierTime() {
        assertThat(CHANGE.apply(List.of(), price(1), NOW)).containsExactly(new PricePeriod(null, price(1)));
    }

    @Test
    void aLaterPriceBeginsAhead() {
        List<PricePeriod> first = CHANGE.apply(List.of(), price(1), NOW);

        assertThat(CHANGE.apply(first, price(2), NOW))
                .containsExactly(new PricePeriod(null, price(1)), new PricePeriod(NOW.plus(LEAD), price(2)));
    }

    @Test
    void theSamePriceAndNoPriceChangeNothing() {
        List<PricePeriod> first = CHANGE.apply(List.of(), price(1), NOW);

        assertThat(CHANGE.apply(first, price(1), NOW)).isSameAs(first);
        assertThat(CHANGE.apply(first, null, NOW)).isSameAs(first);
        assertThat(CHANGE.apply(List.of(), null, NOW)).isEmpty();
    }

    @Test
    void aPriceBeginsAfterOneThatIsAnnouncedAlready() {
        List<PricePeriod> announced = CHANGE.apply(CHANGE.apply(List.of(), price(1), NOW), price(2), NOW);

        List<PricePeriod> again = CHANGE.apply(announced, price(1), NOW.plusSeconds(5));

        assertThat(again.get(2)).isEqualTo(new PricePeriod(NOW.plusSeconds(5).plus(LEAD), price(1)));
        assertThat(CHANGE.apply(announced, price(3), NOW).get(2).effectiveFrom())
                .isEqualTo(NOW.plus(LEAD).plusMillis(1));
    }

    /** Over any run of changes: the past stays, beginnings rise, and each is at least the lead ahead of its change. */
    @Test
    void neverRewritesThePast() {
        long seed = System.nanoTime();
        System.out.println("PriceChangeTest.neverRewritesThePast seed " + seed);
        Random random = new Random(seed);
        for (int run = 0; run < 500; run++) {
            List<PricePeriod> periods = List.of();
            Instant now = NOW;
            for (int change = 0; change < 20; change++) {
                now = now.plusMillis(random.nextInt(100_000));
                List<PricePeriod> next = CHANGE.apply(periods, price(random.nextInt(4)), now);

                assertThat(next.subList(0, periods.size())).isEqualTo(periods);
                if (next.size() > 1 && next.size() > periods.size()) {
                    Instant from =
                            Objects.requireNonNull(next.get(next.size() - 1).effectiveFrom());
                    assertThat(from).isAfterOrEqualTo(now.plus(LEAD));
                    Instant before = next.get(next.size() - 2).effectiveFrom();
                    assertThat(before == null || before.isBefore(from)).isTrue();
                }
                periods = next;
            }
        }
    }
}
