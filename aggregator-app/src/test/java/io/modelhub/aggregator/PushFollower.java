package io.modelhub.aggregator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A client of a push query that takes rows over together with their token, and goes on by the last one elsewhere. */
final class PushFollower implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String statement;
    private final List<String> rows = new ArrayList<>();
    private final List<String> sinceToken = new ArrayList<>();
    private String token = "";
    private PushReader reader;

    PushFollower(String statement, AggregatorProcess aggregator) throws Exception {
        this.statement = statement;
        this.reader = open(aggregator);
    }

    private PushReader open(AggregatorProcess aggregator) throws IOException, InterruptedException {
        return PushReader.open(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                aggregator.posting(
                        "/query-stream",
                        JSON.writeValueAsString(Map.of(
                                "sql",
                                statement,
                                "properties",
                                Map.of(
                                        "auto.offset.reset",
                                        "earliest",
                                        "ksql.query.push.v2.continuation.tokens.enabled",
                                        "true"),
                                "requestProperties",
                                token.isEmpty()
                                        ? Map.of()
                                        : Map.of("request.ksql.query.push.continuation.token", token))),
                        ""));
    }

    /** Takes what came, for as long as something comes. Whether the answer has not ended. */
    boolean take(Duration patience) throws Exception {
        String line = reader.poll(patience);
        while (line != null) {
            if (line.equals(PushReader.END)) {
                return false;
            }
            if (line.startsWith("[")) {
                sinceToken.add(line);
            } else if (!line.isBlank()) {
                JsonNode message = JSON.readTree(line);
                if (message.has("continuationToken")) {
                    token = message.get("continuationToken").asText();
                    rows.addAll(sinceToken);
                    sinceToken.clear();
                }
            }
            line = reader.poll(patience);
        }
        return true;
    }

    /** What came after the last token comes again. */
    void goOnAt(AggregatorProcess aggregator) throws Exception {
        reader.close();
        sinceToken.clear();
        reader = open(aggregator);
    }

    /** Those that were taken over. */
    List<String> rows() {
        return rows;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
