package io.modelhub.ingest.check;

/**
 * A rule that an event breaks. {@code docs/usage-events.md} lists every pair of field and code.
 *
 * @param field the field at fault, {@value #WHOLE_EVENT} where it is no single one
 * @param code stable, for programs
 * @param message for people: what is wrong and what to send instead; never the value of a field that may hold a secret
 */
public record BrokenRule(String field, String code, String message) {

    public static final String WHOLE_EVENT = "event";

    public static BrokenRule ofEvent(String code, String message) {
        return new BrokenRule(WHOLE_EVENT, code, message);
    }

    /** Which of the two is meant can't be told. */
    public static BrokenRule duplicateField(String field) {
        String name = EventFields.echo(field);
        return new BrokenRule(name, "duplicate_field", name + " stands twice in the event");
    }

    public boolean concernsWholeEvent() {
        return field.equals(WHOLE_EVENT);
    }
}
