package io.modelhub.catalog.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0.000000000000",
        "0e5, 0.000000000000",
        "12.5, 12.500000000000",
        "+1E3, 1000.000000000000",
        "1e-12, 0.000000000001",
        // Zeros at the end are no precision.
        "0.10000000000000000000, 0.100000000000",
        "99999999999999999999999999, 99999999999999999999999999.000000000000",
    })
    void readsWhatItCanHoldExactly(String text, String amount) {
        assertThat(Money.AMOUNT.read(text)).isEqualTo(new Money.Exact(new BigDecimal(amount)));
    }

    @ParameterizedTest
    @CsvSource({
        "1e-13, too_precise",
        "1e-999, too_precise",
        "100000000000000000000000000, too_large",
        "1e999, too_large",
        "-0.01, negative",
        "'', malformed",
        "1., malformed",
        ".5, malformed",
        "'1,5', malformed",
        "0x10, malformed",
        "NaN, malformed",
        "1e9999, malformed",
        "' 1', malformed",
    })
    void refusesWhatItWouldHaveToRound(String text, String code) {
        assertThat(Money.AMOUNT.read(text))
                .isInstanceOfSatisfying(
                        Money.Wrong.class, wrong -> assertThat(wrong.code()).isEqualTo(code));
    }

    /** Numbers at the ends of BigDecimal's range are refused without being written out. */
    @Test
    void refusesEndlessNumbersAtOnce() {
        assertThat(Money.RATE.read(new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE)))
                .isInstanceOf(Money.Wrong.class);
        assertThat(Money.RATE.read(new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE)))
                .isInstanceOf(Money.Wrong.class);
    }

    /** Whatever is read equals what was written, and has the places of its kind. */
    @Test
    void neverChangesAnAmount() {
        long seed = System.nanoTime();
        System.out.println("MoneyTest.neverChangesAnAmount seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            Money money = random.nextBoolean() ? Money.AMOUNT : Money.RATE;
            BigDecimal number = new BigDecimal(new BigInteger(random.nextInt(140), random), random.nextInt(40));
            String text = random.nextBoolean() ? number.toString() : number.toPlainString();
            int places = money == Money.AMOUNT ? 12 : 24;
            BigDecimal bare = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
            boolean holds = bare.scale() <= places && bare.precision() - bare.scale() <= 38 - places;

            Money.Reading reading = money.read(text);

            if (holds) {
                assertThat(reading).as(text).isEqualTo(new Money.Exact(number.setScale(places)));
            } else {
                assertThat(reading).as(text).isInstanceOf(Money.Wrong.class);
            }
        }
    }
}
