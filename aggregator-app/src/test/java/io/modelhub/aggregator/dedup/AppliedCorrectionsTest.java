package io.modelhub.aggregator.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.Plain;
import io.modelhub.schema.UsageCorrection;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class AppliedCorrectionsTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final KeyValueStore<byte[], byte[]> store = Plain.store();
    private AppliedCorrections applied = new AppliedCorrections(store, Duration.ofDays(400));

    @Test
    void anIdCountsOnceAlsoForTheNextOwnerOfTheTask() {
        assertThat(applied.isRepeated(correction("c-1", NOON))).isFalse();
        assertThat(applied.isRepeated(correction("c-1", NOON))).isTrue();
        assertThat(applied.isRepeated(correction("c-2", NOON))).isFalse();

        applied = new AppliedCorrections(store, Duration.ofDays(400));

        assertThat(applied.isRepeated(correction("c-1", NOON))).isTrue();
    }

    @Test
    void anIdIsForgottenWhenNothingIsLeftThatItCouldChange() {
        applied.isRepeated(correction("c-1", NOON));
        applied.isRepeated(correction("c-2", NOON.plus(Duration.ofDays(1))));

        applied.expire(NOON.plus(Duration.ofDays(400)).toEpochMilli());
        assertThat(applied.isRepeated(correction("c-1", NOON))).isTrue();

        applied.expire(NOON.plus(Duration.ofDays(401)).toEpochMilli());
        assertThat(applied.isRepeated(correction("c-1", NOON))).isFalse();
        assertThat(applied.isRepeated(correction("c-2", NOON.plus(Duration.ofDays(1)))))
                .isTrue();
    }

    private static UsageCorrection correction(String id, Instant time) {
        return UsageCorrection.newBuilder()
                .setId(id)
                .setModel("p/m")
                .setRangeStart(time)
                .setRangeEnd(time.plusSeconds(60))
                .setRequests(1)
                .setDifference(BigDecimal.ONE.setScale(12))
                .setReason("a test")
                .setCorrectedAt(NOON)
                .build();
    }
}
