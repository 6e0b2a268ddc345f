package io.modelhub.catalog.summary;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.UriBuilder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The aggregator's reads over HTTP. It answers, or an exception says why there is no answer: never figures that it didn't
 * give.
 */
public final class Aggregator {

    private static final String TOO_MANY_WINDOWS = "too_many_windows";

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final RestClient http;

    /**
     * @param url its root
     * @param connectTimeout until it has taken the connection
     * @param readTimeout until it has answered
     */
    public Aggregator(URI url, Duration connectTimeout, Duration readTimeout) {
        JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .build());
        requests.setReadTimeout(readTimeout);
        this.http = RestClient.builder().baseUrl(url).requestFactory(requests).build();
    }

    /** It is away, starts, or fails: the same question may be answered later. */
    static final class UnavailableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnavailableException(String why) {
            super("the aggregator, which counts usage, can't answer now: " + why);
        }
    }

    /** It answers what this version doesn't understand: the two don't fit together, or something else listens there. */
    static final class UnreadableAnswerException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableAnswerException(String what) {
            super("the aggregator gave an answer that the catalog can't read: " + what);
        }
    }

    /** The question covers more than one answer may be made of. */
    static final class TooMuchException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooMuchException() {
            super("covers more than the aggregator adds up at once: ask for less time or longer stretches");
        }
    }

    /** The time of a question reaches behind what is kept. */
    static final class NotKeptException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotKeptException() {
            super(
                    "is before what the aggregator still keeps: days in an organization's own zone for 400 days, in others for 70");
        }
    }

    /** What the subject used; no rows where none are asked for. */
    Counted.Usage usage(Question question) {
        Subject subject = question.subject();
        Counted.Usage answer =
                kept(get(subject.usagePath(), parameters(question, subject.selection()), Counted.Usage.class));
        return question.groupBy().isEmpty() ? answer.withoutRows() : answer;
    }

    /** What the keys of the subject, or those that called the model, were used for: whole UTC days, a row per key. */
    Counted.Usage keys(Question question) {
        Map<String, String> query = new LinkedHashMap<>(question.subject().selection());
        query.put("from", question.from().toString());
        query.put("to", question.to().toString());
        query.put("group_by", "api_key");
        return kept(get("/v1/keys/usage", query, Counted.Usage.class));
    }

    /** The spend of the subject's keys against their quotas. */
    List<Counted.Quota> quotas(Subject subject) {
        return switch (subject.kind()) {
            case ORGANIZATION, PROVIDER ->
                get("/v1/keys", subject.selection(), Counted.Quotas.class).keys();
            case API_KEY -> List.of(get("/v1/keys/" + subject.counted() + "/quota", Map.of(), Counted.Quota.class));
            case MODEL, ROUTING_RULE -> List.of();
        };
    }

    private static Map<String, String> parameters(Question question, Map<String, String> selection) {
        Map<String, String> query = new LinkedHashMap<>(selection);
        query.put("window", question.window());
        if (!question.subject().kind().byUtcDays()) {
            query.put("zone", question.zone().getId());
        }
        query.put("from", question.from().toString());
        query.put("to", question.to().toString());
        // It always has rows: those by provider are few.
        query.put(
                "group_by",
                question.groupBy().isEmpty()
                        ? "provider"
                        : question.groupBy().stream().map(GroupBy::dimension).collect(Collectors.joining(",")));
        return query;
    }

    private static Counted.Usage kept(Counted.Usage answer) {
        if (!answer.complete()) {
            throw new NotKeptException();
        }
        return answer;
    }

    private <T> T get(String path, Map<String, String> query, Class<T> type) {
        try {
            return http.get()
                    .uri(uri -> uri(uri.path(path), query))
                    .exchangeForRequiredValue((request, response) -> read(response, type));
        } catch (ResourceAccessException e) {
            throw new UnavailableException("it does not answer");
        }
    }

    private static URI uri(UriBuilder uri, Map<String, String> query) {
        query.keySet().forEach(name -> uri.queryParam(name, "{" + name + "}"));
        return uri.build(query);
    }

    private static <T> T read(ClientHttpResponse response, Class<T> type) throws IOException {
        int status = response.getStatusCode().value();
        byte[] body = response.getBody().readAllBytes();
        if (status == HttpStatus.OK.value()) {
            try {
                return JSON.readValue(body, type);
            } catch (JacksonException e) {
                throw new UnreadableAnswerException(type.getSimpleName());
            }
        }
        Optional<JsonNode> problem = problem(body);
        if (status >= 500) {
            throw new UnavailableException(
                    problem.map(said -> said.path("detail").asString(""))
                            .filter(detail -> !detail.isEmpty())
                            .orElse("it answers " + status));
        }
        if (problem.filter(said -> said.path("code").asString("").equals(TOO_MANY_WINDOWS))
                .isPresent()) {
            throw new TooMuchException();
        }
        throw new UnreadableAnswerException("status " + status);
    }

    private static Optional<JsonNode> problem(byte[] body) {
        try {
            return Optional.of(JSON.readTree(body));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
