package io.modelhub.ingest.http;

import io.modelhub.ingest.check.SentEvent;
import java.util.List;

/** What a body holds. */
sealed interface UsageBody permits UsageBody.Events, Refusal {

    /** @param events in the order of the body, not empty; some may be unreadable */
    record Events(List<SentEvent> events) implements UsageBody {}
}
