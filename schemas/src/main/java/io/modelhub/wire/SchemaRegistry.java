package io.modelhub.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The two calls that writing and reading need of a Confluent-compatible schema registry. What was answered once is kept: an
 * id never changes its schema. Thread-safe.
 */
public final class SchemaRegistry {

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, SchemaRegistry> SHARED = new ConcurrentHashMap<>();

    private final URI base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();

    private SchemaRegistry(String url) {
        this.base = URI.create(url.endsWith("/") ? url : url + "/");
    }

    /**
     * The client of a registry, one for each address in a process.
     *
     * @param url the root of its Confluent API, for example {@code http://127.0.0.1:8085/apis/ccompat/v7}
     */
    public static SchemaRegistry at(String url) {
        return SHARED.computeIfAbsent(url, SchemaRegistry::new);
    }

    /**
     * The schema behind an id.
     *
     * @throws MalformedRecordException the registry answered that it doesn't know the id
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
        HttpResponse<String> response = send(HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", CONTENT_TYPE)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        if (response.statusCode() != 200) {
            throw new SerializationException("the schema registry refused the schema of %s for subject %s: HTTP %d %s"
                    .formatted(schema.getFullName(), subject, response.statusCode(), response.body()));
        }
        int id = json(response).path("id").asInt();
        ids.put(key, id);
        return id;
    }

    private Schema fetch(int id) {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(base.resolve("schemas/ids/" + id)).GET());
        if (response.statusCode() == 404) {
            throw new MalformedRecordException("schema id %d is not known to the schema registry".formatted(id));
        }
        if (response.statusCode() != 200) {
            throw new RegistryUnavailableException("the schema registry at %s answered HTTP %d for schema id %d"
                    .formatted(base, response.statusCode(), id));
        }
        try {
            return new Schema.Parser().parse(json(response).path("schema").asText());
        } catch (SchemaParseException e) {
            throw new MalformedRecordException("schema id %d is no Avro schema".formatted(id), e);
        }
    }

    /** Answers of the registry's own trouble (5xx, 408, 429) count as no answer. */
    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(
                    request.timeout(TIMEOUT)
                            .header("Accept", CONTENT_TYPE + ", application/json")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            int status = response.statusCode();
            if (status >= 500 || status == 408 || status == 429) {
                throw new RegistryUnavailableException(
                        "the schema registry at %s answered HTTP %d".formatted(base, status));
            }
            return response;
        } catch (IOException e) {
            throw new RegistryUnavailableException("the schema registry at %s can't be reached".formatted(base), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new RegistryUnavailableException(
                    "the schema registry at %s did not answer with JSON".formatted(base), e);
        }
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8);
    }

    private record SubjectSchema(String subject, Schema schema) {}
}
