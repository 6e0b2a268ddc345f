package io.modelhub.aggregator.changes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a reader of a topic stands: for each partition, the offset of the record that comes next. Any instance can go on from it.
 *
 * @param offsets by partition
 */
public record TopicPosition(List<Long> offsets) {

    private static final Pattern TEXT = Pattern.compile("\\d{1,18}(\\.\\d{1,18})*");

    public TopicPosition {
        offsets = List.copyOf(offsets);
    }

    /** What {@link #toString} wrote; empty where it is none. */
    public static Optional<TopicPosition> parsed(String text) {
        if (!TEXT.matcher(text).matches()) {
            return Optional.empty();
        }
        List<Long> offsets = new ArrayList<>();
        for (String offset : text.split("\\.")) {
            offsets.add(Long.parseLong(offset));
        }
        return Optional.of(new TopicPosition(offsets));
    }

    /** Whether the record is yet to come. */
    public boolean isBefore(Change change) {
        return offsets.get(change.partition()) <= change.offset();
    }

    /** With the record read. */
    public TopicPosition after(Change change) {
        return with(change.partition(), change.offset() + 1);
    }

    TopicPosition with(int partition, long offset) {
        List<Long> next = new ArrayList<>(offsets);
        next.set(partition, offset);
        return new TopicPosition(next);
    }

    /** The further of both in each partition. */
    public TopicPosition furthest(TopicPosition other) {
        List<Long> furthest = new ArrayList<>();
        for (int partition = 0; partition < offsets.size(); partition++) {
            furthest.add(Math.max(offsets.get(partition), other.offsets.get(partition)));
        }
        return new TopicPosition(furthest);
    }

    /** Whether nothing before the other is yet to come. */
    public boolean reaches(TopicPosition other) {
        return furthest(other).equals(this);
    }

    /** Digits and dots. */
    @Override
    public String toString() {
        return offsets.stream().map(String::valueOf).collect(Collectors.joining("."));
    }
}
