package io.modelhub.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageLineTest {

    private static ModelMetrics.Builder call() {
        return ModelMetrics.newBuilder()
                .setEventId("call-1")
                .setModel("openai/gpt-4o")
                .setTimestamp(Instant.parse("2026-11-20T10:15:30.123Z"))
                .setTokensInput(1_200)
                .setTokensOutput(300)
                .setStatus(CallStatus.Success);
    }

    @Test
    void aCallReadsAsWhenWhoWhatHowLongHowMuchAndHowItEnded() {
        ModelMetrics usage = call().setOrganization("acme")
                .setLatencyMs(1_812L)
                .setCost(new BigDecimal("0.010500000000"))
                .setStatus(CallStatus.Error)
                .setErrorType("RateLimitError")
                .build();

        assertThat(UsageLine.of(usage))
                .isEqualTo("2026-11-20T10:15:30.123Z acme openai/gpt-4o 1,812 ms, 1,200 + 300 tokens, 0.0105 USD,"
                        + " Error RateLimitError");
    }

    @Test
    void whatIsAbsentIsSaid() {
        assertThat(UsageLine.of(call().build()))
                .isEqualTo("2026-11-20T10:15:30.123Z no organization openai/gpt-4o no latency, 1,200 + 300 tokens,"
                        + " no cost sent, Success");
    }

    @Test
    void aCostIsPlainToTheLastDigit() {
        assertThat(UsageLine.of(
                        call().setCost(new BigDecimal("100.000000000000")).build()))
                .contains(", 100 USD,");
        assertThat(UsageLine.of(call().setCost(new BigDecimal("0.000000000001")).build()))
                .contains(", 0.000000000001 USD,");
        assertThat(UsageLine.of(call().setCost(new BigDecimal("0.000000000000")).build()))
                .contains(", 0 USD,");
    }

    @Test
    void theMessageAndTheAttributesStayOut() {
        ModelMetrics usage = call().setStatus(CallStatus.Timeout)
                .setErrorMessage("the prompt was: my secret")
                .setAttributes(Map.of("customer", "my secret"))
                .build();

        assertThat(UsageLine.of(usage)).doesNotContain("secret").endsWith(", Timeout");
    }

    /** Events that were refused are shown too, and a producer of Avro may write any text. */
    @Test
    void staysOnOneLineAndShortWhateverWasSent() {
        ModelMetrics usage = call().setOrganization("a\nb\u001b[31m\u202e")
                .setModel("m".repeat(5_000))
                .setErrorType("\u2028".repeat(5_000))
                .setTokensInput(Long.MIN_VALUE)
                .setLatencyMs(-1L)
                .build();

        assertThat(UsageLine.of(usage))
                .startsWith("2026-11-20T10:15:30.123Z a\uFFFDb\uFFFD[31m\uFFFD " + "m".repeat(128)
                        + "… -1 ms, -9,223,372,036,854,775,808 + 300 tokens, no cost sent, Success \uFFFD")
                .hasSizeLessThan(500);
    }
}
