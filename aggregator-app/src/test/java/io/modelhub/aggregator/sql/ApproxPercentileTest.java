package io.modelhub.aggregator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.sum.LatencySum;
import io.modelhub.schema.CallStatus;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Percentiles over merged windows beside the exact ones of all calls. */
class ApproxPercentileTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    /** Most calls take a second, agents' minutes, some time out after ten. */
    @Test
    void isWithinTheStatedErrorOverWindowsModelsAndOrganizations() {
        RandomGenerator random = Seeded.random(ApproxPercentileTest.class);
        List<Long> latencies = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            double typical = random.nextInt(10) == 0 ? 60_000 : 1_200;
            latencies.add(
                    random.nextInt(200) == 0 ? 600_000 : 1 + (long) (typical * Math.exp(random.nextGaussian() * 1.3)));
        }
        RowsByHand rows = new RowsByHand();
        for (int i = 0; i < latencies.size(); i++) {
            rows.call(new DocumentedStatements.Call(
                    "org-" + random.nextInt(9),
                    "model-" + random.nextInt(5),
                    NOON.plusSeconds(random.nextInt(3600)),
                    1,
                    1,
                    BigDecimal.ZERO,
                    CallStatus.Success,
                    latencies.get(i),
                    null,
                    null));
        }
        Collections.sort(latencies);
        SqlEngine engine = new SqlEngine(
                rows, new SqlLimits(Duration.ofMinutes(1), 100_000, 100_000, 1, 1 << 30), Clock.fixed(NOON, ZoneOffset.UTC));
        for (String table : List.of("USAGE_1M", "USAGE_15M", "USAGE_1H", "USAGE_1D")) {
            for (double share : new double[] {0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1}) {
                double exact = latencies.get((int) (share * (latencies.size() - 1)));
                Object approximate = engine.query(
                                "SELECT APPROX_PERCENTILE(latency, %s) FROM %s".formatted(share, table), Map.of())
                        .rows()
                        .get(0)
                        .get(0);
                assertThat(Math.abs((double) approximate / exact - 1))
                        .as("%s of %s: %s for %s", share, table, approximate, exact)
                        .isLessThanOrEqualTo(LatencySum.RELATIVE_ACCURACY + 1e-9);
            }
        }
    }
}
