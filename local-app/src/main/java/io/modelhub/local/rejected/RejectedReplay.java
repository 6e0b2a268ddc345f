package io.modelhub.local.rejected;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelhub.local.platform.JsonApi;
import io.modelhub.local.platform.StartFailure;
import io.modelhub.local.topic.CaughtUp;
import io.modelhub.local.topic.SingleRun;
import io.modelhub.schema.UsageReplay;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends rejected events again, each once: what stands on {@code modelhub.usage.replays} is left alone. What came by a topic goes
 * back there in one transaction with the fact that it did. What came by HTTP goes through ingest-app, and the fact is written
 * when that has answered: after a crash in between the event is sent a second time, and its {@code event_id} keeps it
 * from counting twice.
 *
 * <p>Only what was rejected before the start is sent, so an event that is rejected again is not sent by the same run. Of two runs
 * at once the earlier fails: they share a transactional id.
 */
public final class RejectedReplay {

    private static final int BATCH = 500;

    /** Half of what ingest-app takes in a request by default. */
    private static final int BATCH_BYTES = 5 << 20;

    private static final Duration RETRY = Duration.ofMillis(500);

    private final ReplaySettings settings;
    private final JsonApi ingest;
    private final Topic<String, UsageReplay> replays;

    private final List<RejectedEvent> topicBatch = new ArrayList<>();
    private final List<RejectedEvent> httpBatch = new ArrayList<>();
    private int httpBatchBytes;

    private final Set<Place> sentTo = new HashSet<>();
    private final Map<String, Long> rejectedAgain = new TreeMap<>();
    private long throughIngest;
    private long leftAlone;

    public RejectedReplay(ReplaySettings settings) {
        this.settings = settings;
        this.ingest = new JsonApi("ingest-app", settings.ingest());
        this.replays = new Topics(AvroSerdes.at(settings.registryUrl())).usageReplays();
    }

    /**
     * Sends them and waits for what becomes of them.
     *
     * @throws StartFailure ingest-app takes nothing, or another run began; what was sent until then stays sent
     * @throws KafkaException the broker can't be reached
     */
    public Replayed run() throws InterruptedException {
        try (RejectedLog log = new RejectedLog(settings.bootstrapServers(), settings.registryUrl());
                // Ends a run that is under way, so that what it has sent is known when this one looks.
                SingleRun run = new SingleRun(settings.bootstrapServers(), "rejected replay")) {
            Map<TopicPartition, Long> start = log.ends();
            sendAll(log, start, run);
            String pending = sentTo.isEmpty() ? "" : judged(log, start);
            return new Replayed(sentTo.size(), throughIngest, leftAlone, rejectedAgain, pending);
        }
    }

    private void sendAll(RejectedLog log, Map<TopicPartition, Long> end, SingleRun run) throws InterruptedException {
        Set<String> sentAgain = settings.again() ? new HashSet<>() : log.sentAgain();
        log.read(Map.of(), end, event -> {
            if (settings.filter().takes(event.usage()) && event.original().length > 0) {
                if (sentAgain.add(event.identity())) {
                    send(event, run);
                } else {
                    leftAlone++;
                }
            }
        });
        sendOntoTopic(run);
        sendThroughIngest(run);
    }

    private void send(RejectedEvent event, SingleRun run) throws InterruptedException {
        if (event.cameByTopic()) {
            topicBatch.add(event);
            if (topicBatch.size() == BATCH) {
                sendOntoTopic(run);
            }
        } else {
            int size = event.original().length + 1;
            if (httpBatch.size() == BATCH || httpBatchBytes + size > BATCH_BYTES) {
                sendThroughIngest(run);
            }
            httpBatch.add(event);
            httpBatchBytes += size;
        }
    }

    /** The events and the facts that they were sent are committed together. */
    private void sendOntoTopic(SingleRun run) throws InterruptedException {
        if (topicBatch.isEmpty()) {
            return;
        }
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (RejectedEvent event : topicBatch) {
            records.add(new ProducerRecord<>(Topics.USAGE.name(), event.key(), event.original()));
        }
        records.addAll(sentAgain(topicBatch));
        for (RecordMetadata place : run.commit(records).subList(0, topicBatch.size())) {
            sentTo.add(new Place(place.partition(), place.offset()));
        }
        topicBatch.clear();
    }

    private void sendThroughIngest(SingleRun run) throws InterruptedException {
        if (httpBatch.isEmpty()) {
            return;
        }
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (RejectedEvent event : httpBatch) {
            lines.writeBytes(event.original());
            lines.write('\n');
        }
        JsonNode answer = post(lines.toByteArray());
        answer.path("problems")
                .forEach(problem -> countRejected(problem.path("code").asText()));
        run.commit(sentAgain(httpBatch));
        throughIngest += httpBatch.size();
        httpBatch.clear();
        httpBatchBytes = 0;
    }

    /** An answer that tells what became of each event. */
    private JsonNode post(byte[] lines) throws InterruptedException {
        long deadline = System.nanoTime() + settings.patience().toNanos();
        while (true) {
            JsonApi.Answer answer =
                    ingest.post("/v1/usage", "application/x-ndjson", HttpRequest.BodyPublishers.ofByteArray(lines));
            if (answer instanceof JsonApi.Answer.Given given) {
                if (given.body().has("problems")) {
                    return given.body();
                }
                throw new StartFailure("ingest-app refuses the events: %s."
                        .formatted(given.body().path("detail").asText("HTTP " + given.status())));
            }
            if (System.nanoTime() > deadline) {
                throw new StartFailure(
                        "ingest-app takes nothing: %s. Run the command again later; what was sent is known."
                                .formatted(((JsonApi.Answer.NotNow) answer).reason()));
            }
            Thread.sleep(RETRY.toMillis());
        }
    }

    /** The fact that they were sent, each. */
    private List<ProducerRecord<byte[], byte[]>> sentAgain(List<RejectedEvent> events) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (RejectedEvent event : events) {
            UsageReplay replay = UsageReplay.newBuilder()
                    .setEventId(event.usage().getEventId())
                    .setReason(event.usage().getReason())
                    .setRejectedPartition(event.partition())
                    .setRejectedOffset(event.offset())
                    .setReplayedAt(Instant.now())
                    .build();
            records.add(new ProducerRecord<>(
                    replays.name(),
                    replays.key().serializer().serialize(replays.name(), event.identity()),
                    replays.value().serializer().serialize(replays.name(), replay)));
        }
        return records;
    }

    /** Counts the sent events that the aggregator has rejected once more; says why there may be others yet. */
    private String judged(RejectedLog log, Map<TopicPartition, Long> start) throws InterruptedException {
        String pending = "";
        try (CaughtUp results = new CaughtUp(settings.bootstrapServers(), log.committed(), settings.group())) {
            if (results.await(settings.patience()) instanceof CaughtUp.Outcome.Behind behind) {
                pending = behind.reason();
            }
        }
        log.read(start, log.ends(), event -> {
            Integer partition = event.usage().getPartition();
            Long offset = event.usage().getOffset();
            if (partition != null && offset != null && sentTo.contains(new Place(partition, offset))) {
                countRejected(event.usage().getReason());
            }
        });
        return pending;
    }

    private void countRejected(String reason) {
        rejectedAgain.merge(reason, 1L, Long::sum);
    }

    /** A place on {@code modelhub.usage}. */
    private record Place(int partition, long offset) {}
}
