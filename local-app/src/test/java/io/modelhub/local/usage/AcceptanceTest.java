package io.modelhub.local.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AcceptanceTest {

    private static final Instant APPENDED = Instant.parse("2026-03-01T12:00:00Z");

    private final Acceptance acceptance = new Acceptance(Duration.ofHours(24));

    @ParameterizedTest
    @MethodSource
    void theFirstBrokenRuleIsTheReason(@Nullable String reason, Consumer<ModelMetrics.Builder> change) {
        ModelMetrics.Builder call = Logs.call("e", APPENDED).setTokensInput(10).setTokensOutput(10);
        change.accept(call);

        assertThat(acceptance.objection(call.build(), APPENDED).orElse(null)).isEqualTo(reason);
    }

    static Stream<Arguments> theFirstBrokenRuleIsTheReason() {
        return Stream.of(
                row(null, call -> {}),
                row(null, call -> call.setTimestamp(APPENDED.minus(Duration.ofHours(24)))),
                row(
                        "late",
                        call -> call.setTimestamp(
                                APPENDED.minus(Duration.ofHours(24)).minusMillis(1))),
                row(null, call -> call.setTimestamp(APPENDED.plus(Duration.ofMinutes(5)))),
                row(
                        "from_the_future",
                        call -> call.setTimestamp(
                                APPENDED.plus(Duration.ofMinutes(5)).plusMillis(1))),
                row("missing", call -> call.setEventId("")),
                row("missing", call -> call.setModel("")),
                row("too_long", call -> call.setOrganization("a".repeat(257))),
                row("malformed", call -> call.setApiKey("a\0b")),
                row("out_of_range", call -> call.setTokensInput(Long.MAX_VALUE)),
                row("out_of_range", call -> call.setTokensOutput(-1)),
                row(null, call -> call.setTokensInputCached(4).setTokensCacheWrite(6)),
                row("out_of_range", call -> call.setTokensInputCached(4).setTokensCacheWrite(7)),
                row("out_of_range", call -> call.setTokensReasoning(11)),
                row(null, call -> call.setLatencyMs(Duration.ofDays(7).toMillis())),
                row("out_of_range", call -> call.setLatencyMs(Duration.ofDays(7).toMillis() + 1)),
                row(null, call -> call.setCost(new BigDecimal("1000000"))),
                row("out_of_range", call -> call.setCost(new BigDecimal("1000000.000000000001"))),
                row("out_of_range", call -> call.setCost(new BigDecimal("-0.01"))));
    }

    private static Arguments row(@Nullable String reason, Consumer<ModelMetrics.Builder> change) {
        return Arguments.of(reason, change);
    }

    @Test
    void whatCannotBeReadIsUndecodable() {
        assertThat(acceptance.objection(null, APPENDED)).hasValue("undecodable");
    }
}
