package io.modelhub.local.demo;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CallAssignmentTest {

    private static final int CALLS = 20_000;

    @Test
    void assignsTheSameInTheSameWayForTheSameSeed() {
        assertThat(assigned(7)).isEqualTo(assigned(7));
        assertThat(assigned(7)).isNotEqualTo(assigned(8));
    }

    @Test
    void assignsACallByItsPlaceWhateverWasAssignedBefore() {
        OutgoingEvent alone = Assignments.of(7).assign(call(1_234));

        assertThat(assigned(7).get(1_233)).isEqualTo(alone);
    }

    @Test
    void sharesTheCallsAmongTheKeysAsSaid() {
        Map<String, Long> calls = events(7).stream()
                .collect(groupingBy(event -> event.path("api_key").asText(), counting()));

        int shares = DemoCustomers.KEYS.stream().mapToInt(DemoKey::share).sum();
        Assignments.keyIds()
                .forEach((key, id) -> assertThat(calls.get(id))
                        .as(key.label())
                        .isCloseTo((long) CALLS * key.share() / shares, within(CALLS / 100L)));
    }

    @Test
    void staysWithTheOrganizationAndTheProviderOfTheKey() {
        Map<String, DemoKey> keys = new java.util.HashMap<>();
        Assignments.keyIds().forEach((key, id) -> keys.put(id, key));

        for (JsonNode event : events(7)) {
            DemoKey key = java.util.Objects.requireNonNull(
                    keys.get(event.path("api_key").asText()));
            assertThat(event.path("model").asText()).startsWith(key.provider() + "/");
            if (key.organization() != null) {
                assertThat(event.path("organization").asText()).isEqualTo(key.organization());
            }
        }
    }

    @Test
    void letsAsManyCallsFailAsWereMeasuredAndSendsNoCost() {
        Map<String, Long> statuses = events(7).stream()
                .collect(groupingBy(event -> event.path("status").asText(), counting()));

        assertThat(statuses).containsOnlyKeys("Success", "Error", "Timeout");
        assertThat(CALLS - statuses.getOrDefault("Success", 0L))
                .isCloseTo(Math.round(CALLS * MeasuredCalls.FAILURES), within(CALLS / 200L));
        assertThat(events(7)).noneMatch(event -> event.has("cost"));
        assertThat(events(7))
                .allMatch(event ->
                        event.has("latency_ms") != event.path("status").asText().equals("Error"));
    }

    private static List<OutgoingEvent> assigned(long seed) {
        CallAssignment assignment = Assignments.of(seed);
        return LongStream.rangeClosed(1, CALLS)
                .mapToObj(place -> assignment.assign(call(place)))
                .toList();
    }

    private static TraceCall call(long place) {
        return new TraceCall(place, Instant.EPOCH.plusMillis(place), 100, 10);
    }

    private static List<JsonNode> events(long seed) {
        ObjectMapper json = new ObjectMapper();
        return assigned(seed).stream()
                .map(event -> {
                    try {
                        return json.readTree(event.json());
                    } catch (JsonProcessingException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }
}
