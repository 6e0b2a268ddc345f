package io.modelhub.local.demo;

import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Calls that can be sent as usage events. */
interface Traffic {

    /** What it is and how large, in a line for people. */
    String description();

    /** Tells of rows that can't be used, and of what follows from the file's age. */
    void remark(Consumer<String> say);

    /**
     * The events, in their source's order; the same each time for the same arguments. The caller closes the stream.
     *
     * @param end where a trace that carries no dates of its own ends
     */
    Stream<OutgoingEvent> events(Instant end, CallAssignment assignment);
}
