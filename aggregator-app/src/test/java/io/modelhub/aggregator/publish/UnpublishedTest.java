package io.modelhub.aggregator.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnpublishedTest {

    private final KeyValueStore<Long, String> marks =
            Unpublished.store("marks").withLoggingDisabled().build();

    @BeforeEach
    void open() {
        marks.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), marks);
    }

    @Test
    void aNewOwnerPublishesWhatTheOldOneMarked() {
        unpublished().mark(List.of("a", "b"));

        assertThat(published(unpublished())).containsExactly("a", "b");
        assertThat(records()).isEmpty();
        assertThat(published(unpublished())).isEmpty();
    }

    @Test
    void whatIsMarkedAgainIsPublishedOnce() {
        Unpublished<String> unpublished = unpublished();
        unpublished.mark(List.of("a", "b"));
        unpublished.mark(List.of("b", "c"));

        assertThat(records()).containsExactly("a\nb", "c");
        assertThat(published(unpublished)).containsExactly("a", "b", "c");
    }

    /** An aggregator that catches up changes tens of thousands of windows in one commit. */
    @Test
    void noRecordIsLargerThanABrokerTakes() {
        List<String> changed = IntStream.range(0, 50_000)
                .mapToObj(window -> "€".repeat(100) + window)
                .toList();
        unpublished().mark(changed);

        assertThat(records())
                .allSatisfy(record ->
                        assertThat(record.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1_000_000));
        assertThat(published(unpublished())).containsExactlyElementsOf(changed);
        assertThat(records()).isEmpty();
    }

    private Unpublished<String> unpublished() {
        return new Unpublished<>(marks, text -> text, text -> text);
    }

    private static List<String> published(Unpublished<String> unpublished) {
        List<String> published = new ArrayList<>();
        unpublished.publish(published::add);
        return published;
    }

    private List<String> records() {
        List<String> records = new ArrayList<>();
        try (KeyValueIterator<Long, String> all = marks.all()) {
            while (all.hasNext()) {
                KeyValue<Long, String> record = all.next();
                records.add(record.value);
            }
        }
        return records;
    }
}
