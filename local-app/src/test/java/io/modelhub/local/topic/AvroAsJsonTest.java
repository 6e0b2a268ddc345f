package io.modelhub.local.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RejectedUsage;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AvroAsJsonTest {

    @Test
    void showsAmountsExactlyAndTimesReadably() {
        ModelMetrics usage = ModelMetrics.newBuilder()
                .setEventId("e-1")
                .setModel("openai/gpt-4o")
                .setTimestamp(Instant.parse("2026-11-23T10:00:00.123Z"))
                .setTokensInput(12)
                .setTokensOutput(3)
                .setCost(new BigDecimal("0.000000000001"))
                .setStatus(CallStatus.Success)
                .setAttributes(Map.of("team", "search"))
                .build();

        assertThat(AvroAsJson.of(usage).toString())
                .isEqualTo("{\"event_id\":\"e-1\",\"model\":\"openai/gpt-4o\",\"organization\":null,\"api_key\":null,"
                        + "\"timestamp\":\"2026-11-23T10:00:00.123Z\",\"latency_ms\":null,\"tokens_input\":12,"
                        + "\"tokens_output\":3,\"tokens_input_cached\":0,\"tokens_cache_write\":0,\"tokens_reasoning\":0,"
                        + "\"cost\":\"0.000000000001\",\"status\":\"Success\",\"error_type\":null,\"error_message\":null,"
                        + "\"routing_rule\":null,\"source\":\"\",\"attributes\":{\"team\":\"search\"}}");
    }

    @Test
    void showsBytesInBase64() {
        RejectedUsage rejected = RejectedUsage.newBuilder()
                .setReason("undecodable")
                .setMessage("no")
                .setOriginal(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                .setSource("kafka")
                .setRejectedAt(Instant.EPOCH)
                .build();

        assertThat(AvroAsJson.of(rejected).path("original").asText()).isEqualTo("AQID");
    }
}
