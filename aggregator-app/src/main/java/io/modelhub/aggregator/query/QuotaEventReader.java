package io.modelhub.aggregator.query;

import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.topic.Topic;
import io.modelhub.wire.MalformedRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what happened to API keys back from its topic, as far as that keeps it. */
public final class QuotaEventReader {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaEventReader.class);

    /** An event is appended after it occurred, by the clock of another machine. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final TopicLog log;
    private final Topic<String, KeyQuotaEvent> topic;

    public QuotaEventReader(TopicLog log, Topic<String, KeyQuotaEvent> topic) {
        this.log = log;
        this.topic = topic;
    }

    /**
     * Reads the committed events that occurred from a moment on; some of before may be among them.
     *
     * @param visitor false ends the reading
     */
    public StoreAnswer<Boolean> read(Instant from, Predicate<KeyQuotaEvent> visitor) {
        try {
            boolean[] isEnded = {false};
            boolean isWhole = log.read(from.minus(CLOCKS_APART), record -> {
                try {
                    isEnded[0] = !visitor.test(Objects.requireNonNull(
                            topic.value().deserializer().deserialize(topic.name(), record.value())));
                } catch (MalformedRecordException e) {
                    LOG.error(
                            "{}-{} has a record at {} that can't be read; it is left out",
                            topic,
                            record.partition(),
                            record.offset(),
                            e);
                }
                return !isEnded[0];
            });
            return isWhole || isEnded[0]
                    ? new StoreAnswer.Found<>(true)
                    : new StoreAnswer.NotReady<>("the events of keys take too long to read", RETRY);
        } catch (RetriableException e) {
            return new StoreAnswer.NotReady<>("the events of keys can't be read now: " + e.getMessage(), RETRY);
        }
    }
}
