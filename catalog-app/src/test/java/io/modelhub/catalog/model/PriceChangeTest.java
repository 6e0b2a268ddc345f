package io.modelhub.catalog.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PriceChangeTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration LEAD = Duration.ofSeconds(65);
    private static final PriceChange CHANGE = new PriceChange(LEAD);

    private static Price price(int cents) {
        BigDecimal rate = BigDecimal.valueOf(cents, 2);
        return new Price(new Rates(rate, rate, null, null, null), List.of());
    }

    private static PricePeriod period(@Nullable Instant from, int cents, Instant recordedAt) {
        return new PricePeriod(from, price(cents), recordedAt, null);
    }

    private static PriceHistory stated(PriceHistory history, int cents, Instant now) {
        return CHANGE.stated(history, price(cents), now, null);
    }

    private static final PriceHistory FIRST = stated(PriceHistory.EMPTY, 1, NOW);

    @Test
    void theFirstPriceCoversAllEarlierTime() {
        assertThat(FIRST.periods()).containsExactly(period(null, 1, NOW));
    }

    @Test
    void aLaterPriceBeginsAhead() {
        assertThat(stated(FIRST, 2, NOW).periods())
                .containsExactly(period(null, 1, NOW), period(NOW.plus(LEAD), 2, NOW));
    }

    @Test
    void theSamePriceAndNoPriceChangeNothing() {
        assertThat(stated(FIRST, 1, NOW)).isSameAs(FIRST);
        assertThat(CHANGE.stated(FIRST, null, NOW, null)).isSameAs(FIRST);
        assertThat(CHANGE.stated(PriceHistory.EMPTY, null, NOW, null)).isSameAs(PriceHistory.EMPTY);
        // Announced and not in force yet: it stands all the same.
        PriceHistory announced = stated(FIRST, 2, NOW);
        assertThat(stated(announced, 2, NOW.plusSeconds(1))).isSameAs(announced);
    }

    @Test
    void aPriceBeginsAfterOneThatIsAnnouncedAlready() {
        PriceHistory announced = stated(FIRST, 2, NOW);

        PriceHistory again = stated(announced, 1, NOW.plusSeconds(5));

        assertThat(again.periods().get(2)).isEqualTo(period(NOW.plusSeconds(5).plus(LEAD), 1, NOW.plusSeconds(5)));
        assertThat(stated(announced, 3, NOW).periods().get(2).effectiveFrom())
                .isEqualTo(NOW.plus(LEAD).plusMillis(1));
    }

    @Test
    void aStatedPriceLeavesAPlannedOneAsItIs() {
        Instant newYear = Instant.parse("2027-01-01T00:00:00Z");
        PriceHistory planned = CHANGE.announced(FIRST, price(5), newYear, NOW, "contract");

        PriceHistory next = stated(planned, 2, NOW);

        assertThat(next.periods())
                .containsExactly(
                        period(null, 1, NOW),
                        period(NOW.plus(LEAD), 2, NOW),
                        new PricePeriod(newYear, price(5), NOW, "contract"));
        // The price that stands is the one before the plan, so stating it again changes nothing.
        assertThat(stated(next, 2, NOW.plusSeconds(1))).isSameAs(next);
        assertThat(stated(planned, 1, NOW)).isSameAs(planned);
    }

    @Test
    void aPlanTakesThePlaceOfOneForTheSameTime() {
        Instant newYear = Instant.parse("2027-01-01T00:00:00Z");
        PriceHistory planned = CHANGE.announced(FIRST, price(5), newYear, NOW, null);

        assertThat(CHANGE.announced(planned, price(6), newYear, NOW, null).periods())
                .containsExactly(period(null, 1, NOW), period(newYear, 6, NOW));
        assertThat(CHANGE.announced(planned, price(5), newYear, NOW.plusSeconds(9), null))
                .isSameAs(planned);
        assertThat(planned.without(planned.periods().get(1))).isEqualTo(FIRST);
    }

    @Test
    void aCorrectionOfAStretchChangesNoPeriod() {
        Instant from = NOW.minusSeconds(3600);
        Instant until = NOW.minusSeconds(1800);

        PriceHistory corrected = CHANGE.corrected(FIRST, price(9), from, until, NOW, "typing error");

        assertThat(corrected.periods()).isEqualTo(FIRST.periods());
        assertThat(corrected.corrections())
                .containsExactly(new PriceCorrection(1, from, until, price(9), NOW, "typing error"));
        assertThat(corrected.periodAt(from).orElseThrow().price()).isEqualTo(price(1));
        assertThat(corrected.priceAt(from)).contains(price(9));
        assertThat(corrected.priceAt(from.minusMillis(1))).contains(price(1));
        assertThat(corrected.priceAt(until)).contains(price(1));
    }

    @Test
    void aCorrectionWithoutEndHoldsForGoodOrUntilTheNextPrice() {
        Instant from = NOW.minusSeconds(3600);

        PriceHistory forGood = CHANGE.corrected(FIRST, price(9), from, null, NOW, null);
        assertThat(forGood.corrections())
                .containsExactly(new PriceCorrection(1, from, NOW.plus(LEAD), price(9), NOW, null));
        assertThat(forGood.periods()).containsExactly(period(null, 1, NOW), period(NOW.plus(LEAD), 9, NOW));

        PriceHistory changed = stated(FIRST, 2, NOW.minusSeconds(1000));
        Instant next = NOW.minusSeconds(1000).plus(LEAD);
        PriceHistory untilNext = CHANGE.corrected(changed, price(9), from, null, NOW, null);
        assertThat(untilNext.periods()).isEqualTo(changed.periods());
        assertThat(untilNext.corrections()).containsExactly(new PriceCorrection(1, from, next, price(9), NOW, null));
    }

    @Test
    void theLastOfTwoCorrectionsHoldsAndBothStay() {
        Instant from = NOW.minusSeconds(100);
        PriceHistory one = CHANGE.corrected(FIRST, price(8), from, NOW.minusSeconds(50), NOW, null);
        PriceHistory two = CHANGE.corrected(one, price(9), from, NOW.minusSeconds(80), NOW, null);

        assertThat(two.corrections()).hasSize(2);
        assertThat(two.priceAt(from)).contains(price(9));
        assertThat(two.priceAt(NOW.minusSeconds(70))).contains(price(8));
        assertThat(two.correctionsAt(from)).extracting(PriceCorrection::number).containsExactly(1, 2);
    }

    @Test
    void aListGivesANewModelItsDatedPricesAndAnotherOneWhatBeginsFromTheLeadOn() {
        Instant past = Instant.parse("2025-06-10T00:00:00Z");
        Instant future = Instant.parse("2027-06-10T00:00:00Z");
        List<ListedPrice> listed = List.of(
                new ListedPrice(null, price(1)), new ListedPrice(past, price(2)), new ListedPrice(future, price(3)));

        PriceHistory fresh = CHANGE.listed(PriceHistory.EMPTY, listed, NOW);
        assertThat(fresh.periods()).containsExactly(period(null, 1, NOW), period(past, 2, NOW), period(future, 3, NOW));
        assertThat(CHANGE.listed(fresh, listed, NOW.plusSeconds(1))).isSameAs(fresh);

        PriceHistory known = CHANGE.listed(FIRST, listed, NOW);
        assertThat(known.periods())
                .containsExactly(period(null, 1, NOW), period(NOW.plus(LEAD), 2, NOW), period(future, 3, NOW));
        assertThat(CHANGE.listed(known, listed, NOW.plusSeconds(1))).isSameAs(known);
    }

    /** Over any run of statements: no gap, no overlap, the past stays, and each look-up is what a naive scan finds. */
    @Test
    void keepsItsLawsOverAnyRunOfStatements() {
        long seed = System.nanoTime();
        System.out.println("PriceChangeTest.keepsItsLawsOverAnyRunOfStatements seed " + seed);
        Random random = new Random(seed);
        for (int run = 0; run < 300; run++) {
            PriceHistory history = PriceHistory.EMPTY;
            Instant now = NOW;
            for (int step = 0; step < 25; step++) {
                now = now.plusMillis(random.nextInt(100_000));
                PriceHistory next = anyStatement(random, history, now);

                keepsThePast(history, next, now);
                hasNoGapAndNoOverlap(next);
                for (int look = 0; look < 10; look++) {
                    Instant time = anyTime(random, next);
                    assertThat(next.periodAt(time)).isEqualTo(scan(next.periods(), time));
                    assertThat(next.priceAt(time)).isEqualTo(scan(next, time));
                }
                history = next;
            }
        }
    }

    private static PriceHistory anyStatement(Random random, PriceHistory history, Instant now) {
        Price price = price(random.nextInt(4));
        Instant past = now.minusMillis(random.nextInt(1_000_000));
        Instant ahead = CHANGE.soonest(now).plusMillis(random.nextInt(500_000));
        List<PricePeriod> planned = history.periods().stream()
                .filter(period -> !period.hasBegunBy(CHANGE.soonest(now).minusMillis(1)))
                .toList();
        int kind = history.isEmpty() ? 0 : random.nextInt(6);
        return switch (kind) {
            case 0 -> CHANGE.stated(history, price, now, null);
            case 1 -> CHANGE.announced(history, price, ahead, now, null);
            case 2 -> CHANGE.corrected(history, price, past, null, now, null);
            case 3 -> CHANGE.corrected(history, price, past.minusMillis(1), past, now, null);
            case 4 ->
                CHANGE.listed(
                        history,
                        List.of(
                                new ListedPrice(null, price(1)),
                                new ListedPrice(past, price),
                                new ListedPrice(ahead, price(2))),
                        now);
            default -> planned.isEmpty() ? history : history.without(planned.get(random.nextInt(planned.size())));
        };
    }

    /** What any reader may apply by now, and every correction, is as it was. */
    private static void keepsThePast(PriceHistory before, PriceHistory after, Instant now) {
        if (before.isEmpty()) {
            return;
        }
        Instant fixed = CHANGE.soonest(now).minusMillis(1);
        List<PricePeriod> begun = before.periods().stream()
                .filter(period -> period.hasBegunBy(fixed))
                .toList();
        assertThat(after.periods().stream().filter(period -> period.hasBegunBy(fixed)))
                .isEqualTo(begun);
        assertThat(after.corrections().subList(0, before.corrections().size())).isEqualTo(before.corrections());
    }

    private static void hasNoGapAndNoOverlap(PriceHistory history) {
        List<PricePeriod> periods = history.periods();
        assertThat(periods.get(0).effectiveFrom()).isNull();
        for (int index = 0; index < periods.size(); index++) {
            boolean last = index == periods.size() - 1;
            Instant end = history.endOf(periods.get(index));
            assertThat(end).isEqualTo(last ? null : periods.get(index + 1).effectiveFrom());
            if (!last && index > 0) {
                assertThat(Objects.requireNonNull(periods.get(index).effectiveFrom()))
                        .isBefore(end);
            }
        }
    }

    /** Often right at an edge. */
    private static Instant anyTime(Random random, PriceHistory history) {
        List<Instant> edges = new ArrayList<>();
        history.periods().forEach(period -> edges.add(Objects.requireNonNullElse(period.effectiveFrom(), NOW)));
        history.corrections().forEach(correction -> {
            edges.add(correction.effectiveFrom());
            edges.add(correction.effectiveUntil());
        });
        return edges.get(random.nextInt(edges.size())).plusMillis(random.nextInt(3) - 1L);
    }

    private static Optional<PricePeriod> scan(List<PricePeriod> periods, Instant time) {
        return periods.stream()
                .filter(period -> Objects.requireNonNullElse(period.effectiveFrom(), Instant.MIN)
                                .compareTo(time)
                        <= 0)
                .max((one, other) -> Objects.requireNonNullElse(one.effectiveFrom(), Instant.MIN)
                        .compareTo(Objects.requireNonNullElse(other.effectiveFrom(), Instant.MIN)));
    }

    private static Optional<Price> scan(PriceHistory history, Instant time) {
        Optional<Price> price = scan(history.periods(), time).map(PricePeriod::price);
        for (PriceCorrection correction : history.corrections()) {
            if (correction.effectiveFrom().compareTo(time) <= 0 && time.compareTo(correction.effectiveUntil()) < 0) {
                price = Optional.of(correction.price());
            }
        }
        return price;
    }
}
