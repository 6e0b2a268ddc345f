package io.modelhub.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkloadTest {

    private static final Instant END = Instant.parse("2026-11-23T10:00:00Z");
    private static final int EVENTS = 20_000;

    private final Workload workload = workload(7);
    private final List<ModelMetrics> calls = calls(workload);

    @Test
    void theSameSeedGivesTheSameCalls() {
        assertThat(calls(workload(7))).isEqualTo(calls);
        assertThat(calls(workload(8))).isNotEqualTo(calls);
    }

    /** Read off with OpenJDK 17.0.15; Temurin 25.0.3 gives the same. */
    @Test
    void everyJdkGivesTheseCalls() {
        assertThat(calls.get(EVENTS - 1).getEventId()).isEqualTo("57f49f7d-ecac-e243-8a2f-c42e026cb96b");
        assertThat(total(workload.spendOfOrganizations())).hasToString("19,902 requests for 424.023165785756 USD");
    }

    @Test
    void noCallIsLateOrFromTheFuture() {
        assertThat(calls).allMatch(call -> call.getTimestamp().isBefore(END));
        assertThat(calls)
                .allMatch(call -> call.getTimestamp()
                        .isAfter(END.minus(Duration.ofHours(23).plusMillis(1))));
    }

    @Test
    void aKeyIsUsedByItsOwnOrganizationAlone() {
        Map<String, String> owners =
                workload.apiKeys().stream().collect(Collectors.toMap(APIKey::getId, APIKey::getOrganization));
        assertThat(calls).allMatch(call -> call.getOrganization().equals(owners.get(call.getApiKey())));
    }

    @Test
    void theSecondLargestOrganizationHasHalfOfTheLargest() {
        Map<String, Spend> spend = workload.spendOfOrganizations();
        double share = (double) spend.get("organization-0001").requests()
                / spend.get("organization-0000").requests();
        assertThat(share).isBetween(0.4, 0.6);
    }

    @Test
    void everyCallIsInTheSums() {
        assertThat(total(workload.spendOfOrganizations())).isEqualTo(total(workload.spendOfKeys()));
        Set<String> ids = calls.stream().map(ModelMetrics::getEventId).collect(Collectors.toSet());
        assertThat(total(workload.spendOfOrganizations()).requests()).isEqualTo(ids.size());
        assertThat(EVENTS - ids.size()).as("one in 200 is sent twice").isBetween(50, 200);
        assertThat(total(workload.spendOfOrganizations()).cost()).isGreaterThan(BigDecimal.ZERO);
    }

    private static Spend total(Map<String, Spend> spend) {
        return spend.values().stream().reduce(Spend.NONE, Spend::plus);
    }

    private static List<ModelMetrics> calls(Workload workload) {
        return IntStream.range(0, EVENTS).mapToObj(i -> workload.next()).toList();
    }

    private static Workload workload(long seed) {
        return new Workload(
                new BenchSettings(
                        0,
                        EVENTS,
                        seed,
                        100,
                        5,
                        250,
                        1,
                        1,
                        List.of(),
                        Duration.ofSeconds(1),
                        Optional.empty(),
                        Optional.empty()),
                END);
    }
}
