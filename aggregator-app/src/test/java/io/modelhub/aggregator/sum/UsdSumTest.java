package io.modelhub.aggregator.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import io.modelhub.aggregator.Seeded;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class UsdSumTest {

    @Test
    void agreesWithBigIntegersFarBeyond64Bits() throws IOException {
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

    private static UsdSum copy(UsdSum sum) throws IOException {
        GrowingByteArrayOutput output = GrowingByteArrayOutput.withDefaultInitialCapacity();
        sum.encode(output);
        UsdSum copy = new UsdSum();
        copy.decodeAndAdd(ByteArrayInput.wrap(output.trimmedCopy()));
        return copy;
    }
}
