package io.modelhub.ingest.check;

import java.util.List;
import java.util.Map;

/**
 * One usage event as it came in, whatever the format: the seam between the ways in and the rules. A way in gives the fields
 * of {@code ModelMetrics} by their names, in the sender's own words, and judges nothing but the form.
 *
 * @param fields by name; empty where the form is broken
 * @param original the event's own bytes, kept with it where it is rejected
 * @param brokenForm what is wrong with the form itself, such as a field that stands twice
 */
public record SentEvent(Map<String, SentValue> fields, byte[] original, List<BrokenRule> brokenForm) {

    public SentEvent {
        brokenForm = List.copyOf(brokenForm);
    }

    /** An event that can't be read at all. */
    public static SentEvent unreadable(byte[] original, BrokenRule reason) {
        return new SentEvent(Map.of(), original, List.of(reason));
    }
}
