package io.modelhub.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.modelhub.ingest.check.BrokenRule;
import io.modelhub.ingest.check.SentEvent;
import io.modelhub.ingest.check.SentValue;
import io.modelhub.ingest.check.UsageCheck;
import io.modelhub.ingest.publish.IntakeOutcome.BadEvent;
import io.modelhub.ingest.publish.IntakeOutcome.Cause;
import io.modelhub.ingest.publish.IntakeOutcome.Taken;
import io.modelhub.ingest.publish.IntakeOutcome.Unavailable;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class UsageIntakeTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final BrokenRule BROKEN = BrokenRule.ofEvent("malformed_json", "no JSON");

    private final SharedProducer producer = new SharedProducer();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void answersWhenTheBrokerHasEveryEventTheBadOnesIncluded() {
        CompletableFuture<IntakeOutcome> answer =
                intake(FixedSerializer.class).take(List.of(good("a"), bad(), good("b")), "http");

        assertThat(producer.history())
                .extracting(ProducerRecord::topic)
                .containsExactly("modelhub.usage", "modelhub.usage", "modelhub.usage.rejected");
        assertThat(producer.history().get(0).key()).isEqualTo("acme".getBytes(StandardCharsets.UTF_8));
        producer.completeNext();
        producer.completeNext();
        assertThat(answer).isNotDone();
        producer.completeNext();

        assertThat(answer).isCompletedWithValue(new Taken(2, List.of(new BadEvent(1, List.of(BROKEN)))));
        assertThat(meters.counter("modelhub.ingest.accepted").count()).isEqualTo(2);
        assertThat(meters.counter("modelhub.ingest.rejected", "code", "malformed_json")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void tellsHowManyTheBrokerHasWhereOneFails() {
        CompletableFuture<IntakeOutcome> answer =
                intake(FixedSerializer.class).take(List.of(good("a"), good("b"), good("c")), "http");

        producer.completeNext();
        producer.errorNext(new TimeoutException("away"));
        assertThat(answer).isNotDone();
        producer.completeNext();

        assertThat(answer).isCompletedWithValue(new Unavailable(Cause.BROKER, 3, 2));
        assertThat(meters.counter("modelhub.ingest.unavailable", "cause", "broker")
                        .count())
                .isEqualTo(1);
        assertThat(meters.counter("modelhub.ingest.accepted").count()).isZero();
    }

    @Test
    void doesNotAnswerForABadEventThatCouldNotBeSetAside() {
        CompletableFuture<IntakeOutcome> answer = intake(FixedSerializer.class).take(List.of(good("a"), bad()), "http");

        producer.completeNext();
        producer.errorNext(new TimeoutException("away"));

        assertThat(answer).isCompletedWithValue(new Unavailable(Cause.BROKER, 2, 1));
    }

    @Test
    void stopsSendingAtTheFirstRefusal() {
        producer.sendException = new TimeoutException("buffer full");

        CompletableFuture<IntakeOutcome> answer =
                intake(FixedSerializer.class).take(List.of(good("a"), good("b"), bad()), "http");

        assertThat(answer).isCompletedWithValue(new Unavailable(Cause.BROKER, 3, 0));
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void sendsNothingWhileTheRegistryIsAway() {
        CompletableFuture<IntakeOutcome> answer =
                intake(FixedSerializer.WithoutRegistry.class).take(List.of(good("a"), bad()), "http");

        assertThat(answer).isCompletedWithValue(new Unavailable(Cause.REGISTRY, 2, 0));
        assertThat(producer.history()).isEmpty();
    }

    private UsageIntake intake(Class<? extends FixedSerializer> serializer) {
        Topics topics = new Topics(new AvroSerdes(
                Map.of(AvroSerdes.REGISTRY_URL, "http://registry", AvroSerdes.SERIALIZER, serializer.getName())));
        return new UsageIntake(
                new UsageCheck(1024),
                new UsagePublisher(() -> producer, topics),
                meters,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static SentEvent good(String eventId) {
        return new SentEvent(
                Map.of(
                        "event_id", new SentValue.Text(eventId),
                        "model", new SentValue.Text("openai/gpt-4o"),
                        "organization", new SentValue.Text("acme"),
                        "timestamp", new SentValue.Text("2026-03-01T12:00:00Z"),
                        "tokens_input", new SentValue.Digits("1", true),
                        "tokens_output", new SentValue.Digits("1", true),
                        "status", new SentValue.Text("Success")),
                new byte[0],
                List.of());
    }

    private static SentEvent bad() {
        return SentEvent.unreadable(new byte[] {'{'}, BROKEN);
    }

    /** Closing it gives it back, as with the one producer that all threads share. */
    private static final class SharedProducer extends MockProducer<byte[], byte[]> {

        SharedProducer() {
            super(false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void close() {}

        @Override
        public void close(Duration timeout) {}
    }
}
