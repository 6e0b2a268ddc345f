package io.modelhub.aggregator.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import io.modelhub.aggregator.Seeded;
import java.io.IOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencySumTest {

    private final RandomGenerator random = Seeded.random(getClass());

    @Test
    void percentilesAreWithinOnePerCentOfTheExactOnes() {
        for (int round = 0; round < 50; round++) {
            long[] latencies = latencies(random.nextInt(1, 5_000));
            LatencySum sum = sum(latencies, 0, latencies.length);
            Arrays.sort(latencies);
            for (double quantile : new double[] {0, 0.5, 0.95, 0.99, 1}) {
                long exact = latencies[(int) (quantile * (latencies.length - 1))];
                assertThat(sum.quantileMs(quantile).orElseThrow())
                        .isCloseTo(exact, within(exact * LatencySum.RELATIVE_ACCURACY + 1e-9));
            }
        }
    }

    /** A bin's middle is not where its latencies are. */
    @Test
    void noPercentileIsOutsideOfWhatWasMeasured() {
        for (int calls : new int[] {1, 6, 32, 33, 1_000}) {
            long[] latencies = new long[calls];
            Arrays.fill(latencies, 812);
            LatencySum same = sum(latencies, 0, calls);
            latencies[0] = 811;
            LatencySum near = sum(latencies, 0, calls);
            for (double quantile : new double[] {0, 0.5, 0.95, 0.99, 1}) {
                assertThat(same.quantileMs(quantile)).hasValue(812);
                assertThat(near.quantileMs(quantile).orElseThrow()).isBetween(811.0, 812.0);
            }
        }
    }

    @Test
    void mergingInAnyOrderGivesTheSamePercentiles() {
        long[] latencies = latencies(3_000);
        LatencySum whole = sum(latencies, 0, latencies.length);
        LatencySum merged = new LatencySum();
        for (int part = 9; part >= 0; part--) {
            merged.add(sum(latencies, part * 300, part * 300 + 300));
        }
        assertThat(merged.count()).isEqualTo(whole.count());
        assertThat(merged.sumMs()).isEqualTo(whole.sumMs());
        assertThat(merged.minMs()).isEqualTo(whole.minMs());
        assertThat(merged.maxMs()).isEqualTo(whole.maxMs());
        for (int percent = 0; percent <= 100; percent++) {
            assertThat(merged.quantileMs(percent / 100.0)).isEqualTo(whole.quantileMs(percent / 100.0));
        }
    }

    @Test
    void thePublishedSketchCanBeReadWithItsLibraryAlone() throws IOException {
        LatencySum sum = sum(new long[] {0, 10, 20, 1_000_000}, 0, 4);
        DDSketch sketch = DDSketch.decode(ByteArrayInput.wrap(sum.sketchBytes()), UnboundedSizeDenseStore::new);
        assertThat(sketch.getCount()).isEqualTo(4);
        assertThat(sketch.getValueAtQuantile(0.5)).isEqualTo(sum.quantileMs(0.5).orElseThrow());
    }

    @Test
    void nothingMeasuredIsSaidAsNothing() {
        LatencySum sum = new LatencySum();
        sum.add(new LatencySum());
        assertThat(sum.quantileMs(0.5)).isEmpty();
        assertThat(sum.minMs()).isNull();
        assertThat(sum.sketchBytes()).isEmpty();
    }

    /** Few latencies are kept as they are, more in bins of our own; that is to be seen by nobody. */
    @Test
    void latenciesGiveWhatASketchOfThemGives() throws IOException {
        for (int round = 0; round < 2_000; round++) {
            long[] latencies = latencies(random.nextInt(1, 100));
            LatencySum sum = sum(latencies, 0, latencies.length);
            DDSketch sketch = new DDSketch(LatencySum.RELATIVE_ACCURACY);
            LongStream.of(latencies).forEach(sketch::accept);
            DDSketch published = DDSketch.decode(ByteArrayInput.wrap(sum.sketchBytes()), UnboundedSizeDenseStore::new);
            for (double quantile : new double[] {0, 0.25, 0.5, 0.95, 0.99, 1}) {
                double expected = sketch.getValueAtQuantile(quantile);
                long least = LongStream.of(latencies).min().orElseThrow();
                long most = LongStream.of(latencies).max().orElseThrow();
                assertThat(sum.quantileMs(quantile)).hasValue(Math.min(Math.max(expected, least), most));
                assertThat(published.getValueAtQuantile(quantile)).isEqualTo(expected);
            }
        }
    }

    @Test
    void isTheSameAfterItWasStored() {
        for (int round = 0; round < 500; round++) {
            long[] latencies = latencies(random.nextInt(1, 120));
            int cut = random.nextInt(latencies.length);
            LatencySum whole = sum(latencies, 0, latencies.length);
            LatencySum stored = new LatencySum();
            for (LatencySum part : new LatencySum[] {sum(latencies, cut, latencies.length), sum(latencies, 0, cut)}) {
                PackedWriter output = new PackedWriter(8);
                part.encode(output);
                stored.decodeAndAdd(new PackedReader(output.toBytes()));
            }
            assertThat(stored.count()).isEqualTo(whole.count());
            assertThat(stored.sumMs()).isEqualTo(whole.sumMs());
            assertThat(stored.minMs()).isEqualTo(whole.minMs());
            assertThat(stored.maxMs()).isEqualTo(whole.maxMs());
            assertThat(stored.sketchBytes()).isEqualTo(whole.sketchBytes());
        }
    }

    private long[] latencies(int count) {
        return random.longs(count)
                .map(bits -> (bits >>> 1) >>> random.nextInt(35, 63))
                .toArray();
    }

    private static LatencySum sum(long[] latencies, int from, int to) {
        LatencySum sum = new LatencySum();
        for (int i = from; i < to; i++) {
            sum.add(latencies[i]);
        }
        return sum;
    }
}
