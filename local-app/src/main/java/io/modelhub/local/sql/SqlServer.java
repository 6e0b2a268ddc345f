package io.modelhub.local.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An aggregator that answers SQL in ksqlDB's protocol. */
public final class SqlServer {

    private static final Pattern ABOUT_TABLES =
            Pattern.compile("(?:SHOW|LIST|DESCRIBE|EXPLAIN|TERMINATE)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Amounts keep their zeros, so that their points stand below each other. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final URI base;
    private final AtomicReference<@Nullable InputStream> reading = new AtomicReference<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @param base where it listens, without a path */
    public SqlServer(URI base) {
        this.base = base;
    }

    /**
     * Runs a statement, until it is answered or {@link #end ended}, here and at the aggregator.
     *
     * @param properties as the protocol names them, for example {@code auto.offset.reset}
     */
    Outcome answer(String statement, Map<String, String> properties, Rows rows) throws InterruptedException {
        long began = System.nanoTime();
        ended.set(false);
        try {
            Outcome outcome = ABOUT_TABLES.matcher(statement).matches()
                    ? entities(statement, rows)
                    : query(statement, properties, rows);
            if (outcome instanceof Outcome.Answered) {
                rows.end(Duration.ofNanos(System.nanoTime() - began));
            }
            return outcome;
        } catch (IOException e) {
            if (Thread.interrupted() || ended.get()) {
                throw new InterruptedException("the statement was ended");
            }
            return new Outcome.Away("%s does not answer (%s). Is the platform up? \"./modelhub up\" starts it."
                    .formatted(base, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        }
    }

    private Outcome entities(String statement, Rows rows) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = post("/ksql", Map.of("ksql", statement));
        try (InputStream body = response.body()) {
            JsonNode answer = JSON.readTree(body);
            if (response.statusCode() != 200) {
                return refusal(answer);
            }
            answer.forEach(entity -> Entities.show(entity, rows));
            return new Outcome.Answered();
        } catch (JsonProcessingException e) {
            return notOurs(response);
        }
    }

    private Outcome query(String statement, Map<String, String> properties, Rows rows)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response = post("/query-stream", Map.of("sql", statement, "properties", properties));
        String queryId = "";
        reading.set(response.body());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode element = JSON.readTree(line);
                if (response.statusCode() != 200 || element.has("error_code")) {
                    return refusal(element);
                }
                if (element.isArray()) {
                    rows.row(list(element));
                } else if (element.has("columnNames")) {
                    queryId = element.path("queryId").asText();
                    rows.begin(columns(element));
                } // Else a token, to go on from.
            }
            if (ended.get()) {
                throw new IOException("the statement was ended");
            }
            return response.statusCode() == 200 ? new Outcome.Answered() : notOurs(response);
        } catch (JsonProcessingException e) {
            return notOurs(response);
        } catch (IOException e) {
            if (ended.get() && !queryId.isEmpty()) {
                // Sooner than it notices that nobody reads any more.
                http.sendAsync(
                        request("/close-query", Map.of("queryId", queryId)), HttpResponse.BodyHandlers.discarding());
            }
            throw e;
        } finally {
            reading.set(null);
        }
    }

    /** Ends the statement that a thread runs: it is interrupted, which alone the stream of an answer doesn't notice on Java 17. */
    void end(Thread running) {
        ended.set(true);
        running.interrupt();
        InputStream answer = reading.getAndSet(null);
        if (answer != null) {
            try {
                answer.close();
            } catch (IOException e) {
                throw new UncheckedIOException("a connection could not be closed", e);
            }
        }
    }

    private HttpResponse<InputStream> post(String path, Map<String, Object> body)
            throws IOException, InterruptedException {
        return http.send(request(path, body), HttpResponse.BodyHandlers.ofInputStream());
    }

    private HttpRequest request(String path, Map<String, ?> body) throws JsonProcessingException {
        return HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
    }

    private static Outcome refusal(JsonNode error) {
        return new Outcome.Refused(error.path("message").asText(error.toString()));
    }

    private Outcome notOurs(HttpResponse<?> response) {
        return new Outcome.Away(
                "%s is no aggregator: it answers %d, without JSON.".formatted(base, response.statusCode()));
    }

    private static List<Column> columns(JsonNode metadata) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < metadata.path("columnNames").size(); i++) {
            columns.add(new Column(
                    metadata.path("columnNames").path(i).asText(),
                    metadata.path("columnTypes").path(i).asText()));
        }
        return columns;
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> list = new ArrayList<>();
        array.forEach(list::add);
        return list;
    }
}
