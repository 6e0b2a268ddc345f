package io.modelhub.aggregator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

class DueTest {

    private static final Instant MIDNIGHT = Instant.parse("2026-11-24T00:00:00Z");

    @Test
    void itsBytesHaveTheOrderInWhichKeysAreLookedAt() {
        List<Due> inOrder = List.of(
                Due.before(Instant.EPOCH),
                new Due(MIDNIGHT.minusMillis(1), true, "z"),
                Due.before(MIDNIGHT),
                new Due(MIDNIGHT, false, "z"),
                new Due(MIDNIGHT, true, "a"),
                Due.after(MIDNIGHT),
                new Due(MIDNIGHT.plusMillis(1), false, "a"),
                new Due(MIDNIGHT.plusMillis(1), false, "b"));
        try (Serde<Due> serde = Due.serde()) {
            List<Bytes> bytes = inOrder.stream()
                    .map(due -> Bytes.wrap(serde.serializer().serialize("", due)))
                    .toList();
            assertThat(bytes).isSorted();
            assertThat(bytes.stream()
                            .map(due -> serde.deserializer().deserialize("", due.get()))
                            .toList())
                    .isEqualTo(inOrder);
        }
    }
}
