package io.modelhub.local.reprice;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.local.usage.Logs;
import io.modelhub.local.usage.Placed;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RejectedUsage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CountedUsageTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final CountedUsage counted = new CountedUsage(NOW);

    @Test
    void whatWasNotRejectedWasCountedHoweverOldItWas() {
        Placed<ModelMetrics> backfilled = record(2, 7, NOW, Logs.call("e", NOW.minus(Duration.ofDays(60))));

        assertThat(counted.holds(backfilled)).isTrue();
    }

    @Test
    void whatWasRejectedIsKnownByItsPlace() {
        counted.rejected(rejection("modelhub.usage", 2, 7L));

        assertThat(counted.holds(record(2, 7, NOW, call()))).isFalse();
        assertThat(counted.holds(record(2, 8, NOW, call()))).isTrue();
        assertThat(counted.holds(record(1, 7, NOW, call()))).isTrue();
    }

    @Test
    void whatNeverStoodOnTheTopicIsNobodysPlace() {
        counted.rejected(rejection(null, null, null)); // came by HTTP
        counted.rejected(rejection("another", 2, 7L));

        assertThat(counted.holds(record(2, 7, NOW, call()))).isTrue();
    }

    @Test
    void whatCantBeReadWasNotCounted() {
        assertThat(counted.holds(record(0, 0, NOW, null))).isFalse();
    }

    /** Retention takes whole files: a record may still be there when its rejection is gone. */
    @Test
    void whatIsOlderThanRejectionsAreKeptIsLeftAlone() {
        Instant seventyDays = NOW.minus(Duration.ofDays(70));

        assertThat(counted.holds(record(0, 0, seventyDays, call()))).isTrue();
        assertThat(counted.holds(record(0, 0, seventyDays.minusMillis(1), call())))
                .isFalse();
    }

    private static ModelMetrics.Builder call() {
        return Logs.call("e", NOW);
    }

    private static Placed<ModelMetrics> record(
            int partition, long offset, Instant appended, ModelMetrics.@Nullable Builder call) {
        return new Placed<>("acme", partition, offset, appended, call == null ? null : call.build());
    }

    private static RejectedUsage rejection(@Nullable String topic, @Nullable Integer partition, @Nullable Long offset) {
        return RejectedUsage.newBuilder()
                .setReason("late")
                .setMessage("too old")
                .setOriginal(ByteBuffer.allocate(0))
                .setSource(topic == null ? "http" : "kafka")
                .setTopic(topic)
                .setPartition(partition)
                .setOffset(offset)
                .setRejectedAt(NOW)
                .build();
    }
}
