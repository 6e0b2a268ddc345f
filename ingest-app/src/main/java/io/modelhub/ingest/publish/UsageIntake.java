package io.modelhub.ingest.publish;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.modelhub.ingest.check.BrokenRule;
import io.modelhub.ingest.check.CheckedEvent;
import io.modelhub.ingest.check.SentEvent;
import io.modelhub.ingest.check.UsageCheck;
import io.modelhub.ingest.publish.IntakeOutcome.BadEvent;
import io.modelhub.ingest.publish.IntakeOutcome.Taken;
import io.modelhub.ingest.publish.IntakeOutcome.Unavailable;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.RejectedUsage;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** The one path of every event, whatever way it came in: checked, published, counted. Thread-safe. */
public final class UsageIntake {

    private final UsageCheck check;
    private final UsagePublisher publisher;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Counter accepted;
    private final Timer publishing;

    public UsageIntake(UsageCheck check, UsagePublisher publisher, MeterRegistry meters, Clock clock) {
        this.check = check;
        this.publisher = publisher;
        this.meters = meters;
        this.clock = clock;
        this.accepted = Counter.builder("modelhub.ingest.accepted")
                .description("Events answered as accepted: the broker has them")
                .register(meters);
        this.publishing = Timer.builder("modelhub.ingest.publishing")
                .description("From a checked batch to the broker's last acknowledgement of it")
                .register(meters);
    }

    /**
     * Takes in a batch. Twice the same event in it is no mistake here: to know it by its id is the aggregator's part.
     *
     * @param wayIn stands as the source of events whose sender named none, for example {@code http}
     * @return completes when the broker has answered for every event, on a thread of the producer; never exceptionally for
     *     an outage
     */
    public CompletableFuture<IntakeOutcome> take(List<SentEvent> events, String wayIn) {
        Instant now = clock.instant();
        List<ModelMetrics> good = new ArrayList<>(events.size());
        List<RejectedUsage> bad = new ArrayList<>();
        List<BadEvent> problems = new ArrayList<>();
        for (int index = 0; index < events.size(); index++) {
            CheckedEvent checked = check.check(events.get(index), wayIn, now);
            if (checked instanceof CheckedEvent.Good fine) {
                good.add(fine.usage());
            } else if (checked instanceof CheckedEvent.Bad broken) {
                bad.add(rejected(broken, wayIn, now));
                problems.add(new BadEvent(index, broken.brokenRules()));
            }
        }
        Timer.Sample sample = Timer.start(meters);
        return publisher.publish(good, bad).thenApply(publication -> {
            sample.stop(publishing);
            return outcome(publication, events.size(), problems);
        });
    }

    private IntakeOutcome outcome(Publication publication, int events, List<BadEvent> problems) {
        if (publication.failure() != null) {
            count(
                    "modelhub.ingest.unavailable",
                    "cause",
                    publication.failure().name().toLowerCase(Locale.ROOT));
            return new Unavailable(publication.failure(), events, publication.acknowledged());
        }
        accepted.increment(publication.acknowledged());
        problems.forEach(problem -> count(
                "modelhub.ingest.rejected", "code", problem.brokenRules().get(0).code()));
        return new Taken(publication.acknowledged(), problems);
    }

    private void count(String meter, String tag, String value) {
        meters.counter(meter, tag, value).increment();
    }

    private static RejectedUsage rejected(CheckedEvent.Bad bad, String wayIn, Instant now) {
        BrokenRule first = bad.firstBrokenRule();
        return RejectedUsage.newBuilder()
                .setReason(first.code())
                .setMessage(first.message())
                .setField(first.concernsWholeEvent() ? null : first.field())
                .setOriginal(ByteBuffer.wrap(bad.original()))
                .setSource(wayIn)
                .setEventId(bad.eventId())
                .setRejectedAt(now)
                .build();
    }
}
