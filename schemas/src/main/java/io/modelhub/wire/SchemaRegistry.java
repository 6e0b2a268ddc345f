package io.modelhub.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The calls that writing and reading need of a Confluent-compatible schema registry. What was answered once is kept: an id
 * never changes its schema. Thread-safe; a registration that several threads ask for at once gives all of them the same id.
 *
 * <p>Only an answer in the registry's own words, an {@code error_code}, is believed to be its decision. The 404 of a proxy or
 * of a mistyped path says nothing about a schema and counts as no answer.
 */
public final class SchemaRegistry {

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    /** For a call as a whole, body included. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<URI, SchemaRegistry> SHARED = new ConcurrentHashMap<>();

    private final URI base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();

    private SchemaRegistry(URI base) {
        this.base = base;
    }

    /**
     * The client of a registry, one for each address in a process.
     *
     * @param url the root of its Confluent API, for example {@code http://127.0.0.1:8085/apis/ccompat/v7}
     * @throws ConfigException it is no http address
     */
    public static SchemaRegistry at(String url) {
        return SHARED.computeIfAbsent(base(url), SchemaRegistry::new);
    }

    private static URI base(String url) {
        String problem = "must be one address like http://127.0.0.1:8085/apis/ccompat/v7";
        try {
            URI base = URI.create(url.endsWith("/") ? url : url + "/");
            boolean http = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
            if (!http || base.getHost() == null) {
                throw new ConfigException(AvroSerdes.REGISTRY_URL, url, problem);
            }
            return base;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(AvroSerdes.REGISTRY_URL, url, problem);
        }
    }

    /**
     * The schema behind an id.
     *
     * @throws MalformedRecordException the registry answered that it doesn't know the id, or that no Avro schema is behind it
     * @throws RegistryUnavailableException no answer: try again
     */
    public Schema schema(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        Schema fetched = fetch(id);
        schemas.put(id, fetched);
        return fetched;
    }

    /**
     * The id of a schema under a subject; registers it where it is new.
     *
     * @throws SerializationException the registry refuses the schema, for example as incompatible with an earlier one
     * @throws RegistryUnavailableException no answer: try again
     */
    public int register(String subject, Schema schema) {
        return id(subject, schema, "subjects/" + encode(subject) + "/versions");
    }

    /**
     * The id of a schema that is registered under a subject already.
     *
     * @throws SerializationException it is not registered there
     * @throws RegistryUnavailableException no answer: try again
     */
    public int lookUp(String subject, Schema schema) {
        return id(subject, schema, "subjects/" + encode(subject));
    }

    private int id(String subject, Schema schema, String path) {
        SubjectSchema key = new SubjectSchema(subject, schema);
        Integer known = ids.get(key);
        if (known != null) {
            return known;
        }
        String body = JSON.createObjectNode().put("schema", schema.toString()).toString();
        Answer answer = send(HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", CONTENT_TYPE)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        JsonNode id = answer.body().path("id");
        if (answer.status() == 200 && id.isInt()) {
            ids.put(key, id.intValue());
            return id.intValue();
        }
        if (RegistryErrors.isDecision(answer.errorCode())) {
            throw new SerializationException("the schema registry refuses the schema of %s under subject %s: %s"
                    .formatted(schema.getFullName(), subject, answer.body().path("message")));
        }
        throw unclear(answer, path);
    }

    private Schema fetch(int id) {
        String path = "schemas/ids/" + id;
        Answer answer = send(HttpRequest.newBuilder(base.resolve(path)).GET());
        if (answer.status() == 200 && answer.body().path("schema").isTextual()) {
            try {
                return new Schema.Parser().parse(answer.body().path("schema").textValue());
            } catch (SchemaParseException e) {
                throw new MalformedRecordException("schema id %d is no Avro schema".formatted(id), e);
            }
        }
        if (RegistryErrors.isUnknown(answer.errorCode())) {
            throw new MalformedRecordException("schema id %d is not known to the schema registry".formatted(id));
        }
        throw unclear(answer, path);
    }

    private Answer send(HttpRequest.Builder request) {
        HttpRequest whole = request.header("Accept", CONTENT_TYPE + ", application/json")
                .timeout(TIMEOUT)
                .build();
        CompletableFuture<Answer> answer = http.sendAsync(whole, response -> BoundedBody.text())
                .thenApply(response -> new Answer(response.statusCode(), json(response.body())));
        try {
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            answer.cancel(true);
            Throwable cause =
                    e instanceof ExecutionException && e.getCause() instanceof IOException failure ? failure : e;
            throw new RegistryUnavailableException("no answer from the schema registry at %s".formatted(base), cause);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw new InterruptException(e);
        }
    }

    /** A body that is no JSON, such as a proxy's error page, says nothing. */
    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    private RegistryUnavailableException unclear(Answer answer, String path) {
        return new RegistryUnavailableException(
                "the schema registry at %s answered %s with HTTP %d and no sensible body"
                        .formatted(base, path, answer.status()));
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8);
    }

    private record Answer(int status, JsonNode body) {

        int errorCode() {
            return body.path("error_code").asInt();
        }
    }

    private record SubjectSchema(String subject, Schema schema) {}
}
