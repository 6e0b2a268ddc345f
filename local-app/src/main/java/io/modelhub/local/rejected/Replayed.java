package io.modelhub.local.rejected;

import java.util.Map;

/**
 * What came of sending rejected events again.
 *
 * @param ontoTopic sent as the bytes that they were, onto {@code modelhub.usage}
 * @param throughIngest sent as the JSON that they were, to ingest-app
 * @param leftAlone not sent, because the same was sent again before
 * @param rejectedAgain how many of those sent were rejected once more, by reason
 * @param pending why more of those on the topic may be rejected yet; empty where all are judged
 */
public record Replayed(
        long ontoTopic, long throughIngest, long leftAlone, Map<String, Long> rejectedAgain, String pending) {}
