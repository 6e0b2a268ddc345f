package io.modelhub.catalog.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.wire.MalformedRecordException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecentCallsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:07:30Z");

    private final RecentCalls calls = new RecentCalls();

    private static UsageWindowKey key(String organization, String minute) {
        return UsageWindowKey.newBuilder()
                .setOrganization(organization)
                .setModel("openai/a")
                .setWindowStart(Instant.parse("2026-11-23T" + minute + ":00Z"))
                .build();
    }

    private static UsageWindow window(UsageWindowKey key, long failures, byte[] sketch, long requests) {
        return UsageWindow.newBuilder()
                .setOrganization(key.getOrganization())
                .setModel(key.getModel())
                .setWindowStart(key.getWindowStart())
                .setWindowEnd(key.getWindowStart().plus(Duration.ofMinutes(1)))
                .setRequests(requests)
                .setErrors(failures)
                .setTimeouts(0)
                .setTokensInput(0)
                .setTokensOutput(0)
                .setCost(new BigDecimal("0.000000000000"))
                .setUnpricedRequests(0)
                .setLatencyCount(requests)
                .setLatencySumMs(0)
                .setLatencySketch(ByteBuffer.wrap(sketch))
                .build();
    }

    private static byte[] sketch(long... latenciesMs) throws IOException {
        DDSketch sketch = new DDSketch(new LogarithmicMapping(0.01), UnboundedSizeDenseStore::new);
        LongStream.of(latenciesMs).forEach(sketch::accept);
        GrowingByteArrayOutput output = GrowingByteArrayOutput.withDefaultInitialCapacity();
        sketch.encode(output, false);
        return output.trimmedCopy();
    }

    private void take(String organization, String minute, long failures, long... latenciesMs) throws IOException {
        UsageWindowKey key = key(organization, minute);
        calls.take(key, window(key, failures, sketch(latenciesMs), latenciesMs.length), NOW);
    }

    private Performance performance(Instant now) {
        return calls.performances(now).getOrDefault("openai/a", Performance.NONE);
    }

    @Test
    void mergesOrganizationsAndMinutes() throws IOException {
        take("acme", "10:02", 1, LongStream.rangeClosed(1, 50).toArray());
        take("-", "10:02", 0, LongStream.rangeClosed(51, 90).toArray());
        take("acme", "10:07", 4, LongStream.rangeClosed(91, 100).toArray());

        Performance performance = performance(NOW);

        assertThat(performance.requests()).isEqualTo(100);
        assertThat(performance.errorRate()).isEqualTo(0.05);
        assertThat(performance.latencyP50Ms()).isCloseTo(50, within(1.5));
        assertThat(performance.latencyP95Ms()).isCloseTo(95, within(2.0));
        assertThat(performance.latencyP99Ms()).isCloseTo(99, within(2.0));
    }

    @Test
    void aLaterWindowReplacesTheOneWithItsKeyAndATombstoneTakesItAway() throws IOException {
        take("acme", "10:06", 0, 10);
        take("acme", "10:06", 1, 10, 20);
        assertThat(performance(NOW).requests()).isEqualTo(2);
        assertThat(performance(NOW).errorRate()).isEqualTo(0.5);

        calls.take(key("acme", "10:06"), null, NOW);
        assertThat(performance(NOW)).isEqualTo(Performance.NONE);
    }

    @Test
    void countsTheFiveMinutesBeforeThePresentOneAndForgetsOlderOnes() throws IOException {
        take("acme", "10:01", 0, 10);
        assertThat(performance(NOW)).isEqualTo(Performance.NONE);
        take("acme", "10:02", 0, 10);
        assertThat(performance(NOW).requests()).isEqualTo(1);
        assertThat(performance(Instant.parse("2026-11-23T10:07:59.999Z")).requests())
                .isEqualTo(1);
        assertThat(performance(Instant.parse("2026-11-23T10:08:00Z"))).isEqualTo(Performance.NONE);
    }

    @Test
    void aMinuteAheadOfTheClockCountsWhenItHasBegun() throws IOException {
        take("acme", "10:09", 0, 10);

        assertThat(performance(NOW)).isEqualTo(Performance.NONE);
        assertThat(performance(Instant.parse("2026-11-23T10:09:00Z")).requests())
                .isEqualTo(1);
    }

    @Test
    void callsWithoutALatencyHaveNoPercentiles() {
        UsageWindowKey key = key("acme", "10:06");
        calls.take(key, window(key, 3, new byte[0], 3), NOW);

        assertThat(performance(NOW)).isEqualTo(new Performance(3, 1.0, null, null, null));
    }

    @Test
    void refusesALatencySketchThatIsNone() throws IOException {
        UsageWindowKey key = key("acme", "10:06");
        for (byte[] bytes : new byte[][] {{1}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, {-1, -1}, {0}}) {
            assertThatThrownBy(() -> calls.take(key, window(key, 0, bytes, 1), NOW))
                    .isInstanceOf(MalformedRecordException.class);
        }
        assertThat(calls.performances(NOW)).isEqualTo(Map.of());
    }
}
