package io.modelhub.aggregator.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.Seeded;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class UsdSumTest {

    @Test
    void agreesWithBigIntegersFarBeyond64Bits() {
        RandomGenerator random = Seeded.random(getClass());
        UsdSum sum = new UsdSum();
        BigInteger expected = BigInteger.ZERO;
        for (int i = 0; i < 5_000; i++) {
            long picos = random.nextLong() >> random.nextInt(64);
            sum.add(picos);
            expected = expected.add(BigInteger.valueOf(picos));
            if (random.nextInt(10) == 0) { // doubling passes 64 bits soon
                sum.add(copy(sum));
                expected = expected.shiftLeft(1);
            }
            if (expected.bitLength() > 120) {
                sum = new UsdSum();
                expected = BigInteger.ZERO;
            }
            assertThat(sum.toBigDecimal()).isEqualTo(new BigDecimal(expected, 12));
            assertThat(copy(sum)).isEqualTo(sum);
        }
    }

    @Test
    void anAmountWithMoreThanTwelvePlacesIsRefusedNotRounded() {
        assertThat(Usd.picos(new BigDecimal("1.000000000001"))).isEqualTo(1_000_000_000_001L);
        assertThatThrownBy(() -> Usd.picos(new BigDecimal("0.0000000000001"))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Usd.picos(new BigDecimal("9223373"))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void isWrittenAsAvrosDecimal() {
        RandomGenerator random = Seeded.random(getClass());
        for (int i = 0; i < 5_000; i++) {
            UsdSum sum = new UsdSum();
            sum.add(random.nextLong() >> random.nextInt(64));
            for (int doublings = random.nextInt(100); doublings > 90; doublings--) {
                sum.add(copy(sum));
            }
            PackedWriter output = new PackedWriter(4);
            sum.encodeDecimal(output);
            PackedReader input = new PackedReader(output.toBytes());
            byte[] unscaled = input.readBytes((int) input.readSigned());
            assertThat(unscaled).isEqualTo(sum.toBigDecimal().unscaledValue().toByteArray());
        }
    }

    private static UsdSum copy(UsdSum sum) {
        PackedWriter output = new PackedWriter(4);
        sum.encode(output);
        UsdSum copy = new UsdSum();
        copy.decodeAndAdd(new PackedReader(output.toBytes()));
        return copy;
    }
}
