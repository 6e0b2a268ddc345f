package io.modelhub.local.rejected;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.usage.UsageLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/** How many events were rejected for what, and the latest of them. */
public final class RejectedSummary {

    private final int limit;
    private final Map<String, Count> byReason = new TreeMap<>();

    /** The oldest first. */
    private final PriorityQueue<Entry> latest =
            new PriorityQueue<>(comparing((Entry entry) -> entry.event().usage().getRejectedAt()));

    private RejectedSummary(int limit) {
        this.limit = limit;
    }

    /** @param limit how many of the latest events to keep */
    public static RejectedSummary of(RejectedLog log, RejectedFilter filter, int limit) {
        RejectedSummary summary = new RejectedSummary(limit);
        Set<String> sentAgain = log.sentAgain();
        log.read(Map.of(), log.ends(), event -> {
            if (filter.takes(event.usage())) {
                summary.add(new Entry(event, sentAgain.contains(event.identity())));
            }
        });
        return summary;
    }

    private void add(Entry entry) {
        byReason.computeIfAbsent(entry.event().usage().getReason(), reason -> new Count())
                .add(entry);
        latest.add(entry);
        if (latest.size() > limit) {
            latest.remove();
        }
    }

    private List<Entry> latestFirst() {
        List<Entry> entries = new ArrayList<>(latest);
        entries.sort(comparing((Entry entry) -> entry.event().usage().getRejectedAt())
                .reversed());
        return entries;
    }

    private long total() {
        return byReason.values().stream().mapToLong(count -> count.events).sum();
    }

    /**
     * For people.
     *
     * @param log that it is of; shows the events themselves
     */
    public List<String> lines(RejectedLog log) {
        List<String> lines = new ArrayList<>();
        byReason.forEach((reason, count) ->
                lines.add("%,9d  %-24s %,d sent again".formatted(count.events, reason, count.sentAgain)));
        lines.add("%,9d  in all".formatted(total()));
        for (Entry entry : latestFirst()) {
            RejectedUsage usage = entry.event().usage();
            lines.add("");
            lines.add("%s  %s%s  event %s  from %s%s"
                    .formatted(
                            usage.getRejectedAt(),
                            usage.getReason(),
                            usage.getField() == null ? "" : " " + usage.getField(),
                            usage.getEventId() == null ? "without an id" : usage.getEventId(),
                            entry.event().origin(),
                            entry.sentAgain() ? "  (sent again)" : ""));
            lines.add("    " + usage.getMessage());
            log.usage(entry.event()).ifPresent(event -> lines.add("    " + UsageLine.of(event)));
        }
        return lines;
    }

    /** Its shape is fixed, programs read it. */
    public JsonNode json() {
        ObjectNode summary = JsonNodeFactory.instance.objectNode().put("total", total());
        ObjectNode reasons = summary.putObject("by_reason");
        byReason.forEach((reason, count) -> reasons.put(reason, count.events));
        ArrayNode events = summary.putArray("events");
        for (Entry entry : latestFirst()) {
            RejectedUsage usage = entry.event().usage();
            events.addObject()
                    .put("rejected_at", usage.getRejectedAt().toString())
                    .put("reason", usage.getReason())
                    .put("field", usage.getField())
                    .put("message", usage.getMessage())
                    .put("event_id", usage.getEventId())
                    .put("source", usage.getSource())
                    .put("topic", usage.getTopic())
                    .put("partition", usage.getPartition())
                    .put("offset", usage.getOffset())
                    .put("sent_again", entry.sentAgain());
        }
        return summary;
    }

    private record Entry(RejectedEvent event, boolean sentAgain) {}

    private static final class Count {
        private long events;
        private long sentAgain;

        void add(Entry entry) {
            events++;
            sentAgain += entry.sentAgain() ? 1 : 0;
        }
    }
}
