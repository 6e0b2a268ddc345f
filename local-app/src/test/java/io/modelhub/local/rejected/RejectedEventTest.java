package io.modelhub.local.rejected;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.RejectedUsage;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RejectedEventTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void theJsonOfAnEventIsSentOnOneLine() {
        RejectedEvent event = http(" {\n  \"event_id\": \"a\\nb\",\r\n  \"model\": \"p/m\"\n}\r\n");

        assertThat(new String(event.original(), UTF_8))
                .isEqualTo("{   \"event_id\": \"a\\nb\",    \"model\": \"p/m\" }");
    }

    @Test
    void theBytesOfARecordStayAsTheyAre() {
        assertThat(onTopic(" \n\0 ", 7).original()).isEqualTo(" \n\0 ".getBytes(UTF_8));
    }

    @Test
    void anEventIsTheSameWhereverItWasRejectedAndThoughItsLinesWereJoined() {
        assertThat(onTopic("abc", 7).identity()).isEqualTo(onTopic("abc", 8).identity());
        RejectedEvent first = http("{\n\"event_id\": 1\n}");
        RejectedEvent again = http(new String(first.original(), UTF_8));
        assertThat(again.identity()).isEqualTo(first.identity());
        assertThat(http("{}").identity()).isNotEqualTo(http("{ }").identity());
    }

    @Test
    void aFilterTakesTheMomentItBeginsAtAndNotTheOneItEndsAt() {
        RejectedUsage late = onTopic("abc", 7).usage();

        assertThat(new RejectedFilter(null, null, null).takes(late)).isTrue();
        assertThat(new RejectedFilter("late", NOON, NOON.plusMillis(1)).takes(late))
                .isTrue();
        assertThat(new RejectedFilter("late", null, NOON).takes(late)).isFalse();
        assertThat(new RejectedFilter("late", NOON.plusMillis(1), null).takes(late))
                .isFalse();
        assertThat(new RejectedFilter("undecodable", null, null).takes(late)).isFalse();
    }

    private static RejectedEvent http(String json) {
        return event(json, null, null, null);
    }

    private static RejectedEvent onTopic(String value, long offset) {
        return event(value, "modelhub.usage", 3, offset);
    }

    private static RejectedEvent event(
            String original, @Nullable String topic, @Nullable Integer partition, @Nullable Long offset) {
        return new RejectedEvent(
                0,
                0,
                null,
                RejectedUsage.newBuilder()
                        .setReason("late")
                        .setMessage("late")
                        .setOriginal(ByteBuffer.wrap(original.getBytes(UTF_8)))
                        .setSource(topic == null ? "http" : "kafka")
                        .setTopic(topic)
                        .setPartition(partition)
                        .setOffset(offset)
                        .setRejectedAt(NOON)
                        .build());
    }
}
