package io.modelhub.aggregator.api;

import io.modelhub.aggregator.cluster.Position;
import io.modelhub.aggregator.sql.KsqlStatements;
import io.modelhub.aggregator.sql.PushQueries;
import io.modelhub.aggregator.sql.PushQuery;
import io.modelhub.aggregator.sql.SqlAnswer;
import io.modelhub.aggregator.sql.SqlEngine;
import io.modelhub.aggregator.sql.SqlJson;
import io.modelhub.aggregator.sql.StatementException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** SQL in the protocol of ksqlDB's clients: its paths, forms and error codes. */
@RestController
final class SqlController {

    private static final Logger LOG = LoggerFactory.getLogger(SqlController.class);

    /** Of a request; a statement is shorter. */
    private static final int MOST_BYTES = 256 * 1024;

    /** Of ksqlDB, whose protocol this is: clients compare it. */
    private static final String VERSION = "0.29.0";

    /** The property that asks for tokens between the rows of a push query, and the one that sends the last of them; ksqlDB's. */
    private static final String TOKENS_WANTED = "ksql.query.push.v2.continuation.tokens.enabled";

    private static final String TOKEN = "request.ksql.query.push.continuation.token";

    private final SqlEngine engine;
    private final PushQueries pushes;
    private final KsqlStatements statements;
    private final String serviceId;

    SqlController(SqlEngine engine, PushQueries pushes, KsqlStatements statements, String serviceId) {
        this.engine = engine;
        this.pushes = pushes;
        this.statements = statements;
        this.serviceId = serviceId;
    }

    @PostMapping("/query-stream")
    void queryStream(HttpServletRequest request, HttpServletResponse response) throws IOException {
        JsonNode body = body(request);
        answer(
                SqlForm.ofQueryStream(request.getHeader(HttpHeaders.ACCEPT)),
                new Question(text(body, "sql"), texts(body.path("properties")), token(request, body)),
                request,
                response);
    }

    /** For what can only GET, as the EventSource of browsers: the parameter {@code sql}, and a property in each other one. */
    @GetMapping("/query-stream")
    void queryStreamByAddress(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Map<String, String> properties = new LinkedHashMap<>();
        request.getParameterMap().forEach((name, values) -> properties.put(name, values[0]));
        String statement = properties.remove("sql");
        if (statement == null) {
            throw StatementException.badRequest("the address needs the parameter sql");
        }
        Optional<String> token = Optional.ofNullable(properties.remove("token"));
        answer(
                SqlForm.ofQueryStream(request.getHeader(HttpHeaders.ACCEPT)),
                new Question(statement, properties, lastEvent(request).or(() -> token)),
                request,
                response);
    }

    @PostMapping("/query")
    void query(HttpServletRequest request, HttpServletResponse response) throws IOException {
        JsonNode body = body(request);
        answer(
                SqlForm.ofQuery(request.getHeader(HttpHeaders.ACCEPT)),
                new Question(text(body, "ksql"), texts(body.path("streamsProperties")), token(request, body)),
                request,
                response);
    }

    /** @param token of a push query, to go on from */
    private record Question(String statement, Map<String, String> properties, Optional<String> token) {

        boolean wantsTokens() {
            return Boolean.parseBoolean(properties.get(TOKENS_WANTED));
        }
    }

    private void answer(
            Optional<SqlForm> form, Question question, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean isPush = PushQueries.isPush(question.statement);
        if (form.isEmpty() || isPush && !form.get().hasFrames()) {
            response.setStatus(HttpStatus.NOT_ACCEPTABLE.value());
            return;
        }
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        try {
            if (isPush) {
                push(form.get(), question, request, response);
            } else {
                pull(form.get(), question, request, response);
            }
        } catch (StatementException e) {
            throw new FailedStatementException(e, question.statement, List.of());
        }
    }

    private void pull(SqlForm form, Question question, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try (SqlAnswer answer = engine.query(question.statement, question.properties, ClientPresence.went(request))) {
            write(answer, form, response);
        }
    }

    private static void write(SqlAnswer answer, SqlForm form, HttpServletResponse response) throws IOException {
        response.setContentType(form.mediaType());
        response.setHeader("Modelhub-As-Of", answer.asOf().toString());
        response.setHeader("Modelhub-Committed", String.valueOf(answer.isCommitted()));
        if (!answer.positions().isEmpty()) {
            response.setHeader("Modelhub-Position", positions(answer.positions()));
        }
        String standbys = standbys(answer.positions());
        if (!standbys.isEmpty()) {
            response.setHeader("Modelhub-Standby-Lag", standbys);
        }
        if (!answer.missing().isEmpty()) {
            response.setHeader(
                    "Modelhub-Missing-Partitions",
                    answer.missing().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
        form.write(answer, response.getOutputStream());
    }

    /** Offsets of {@code modelhub.usage} by partition, as in {@code 0:1204, 3:880}. */
    private static String positions(List<Position> positions) {
        return positions.stream()
                .map(position -> position.partition() + ":" + position.offset())
                .collect(Collectors.joining(", "));
    }

    /** Offsets by which the copies were behind that were read, by partition, as in {@code 3:120}; empty where owners alone were. */
    private static String standbys(List<Position> positions) {
        return positions.stream()
                .filter(position -> position.standbyLag().isPresent())
                .map(position ->
                        position.partition() + ":" + position.standbyLag().getAsLong())
                .collect(Collectors.joining(", "));
    }

    /** Answers until the client goes, the query ends, or this instance does. */
    private void push(SqlForm form, Question question, HttpServletRequest request, HttpServletResponse response) {
        try (PushQuery query = pushes.start(question.statement, question.properties, question.token)) {
            response.setContentType(form.mediaType());
            response.setHeader("Modelhub-Committed", "true");
            new SqlPush(query, form, question.wantsTokens(), request, response).run();
        } catch (IOException e) {
            LOG.debug("The client of a push query went: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @PostMapping("/ksql")
    ResponseEntity<byte[]> ksql(HttpServletRequest request) throws IOException {
        List<Map<String, @Nullable Object>> entities = new ArrayList<>();
        for (String statement : KsqlStatements.split(text(body(request), "ksql"))) {
            try {
                entities.add(statements.answer(statement));
            } catch (StatementException e) {
                throw new FailedStatementException(e, statement, entities);
            }
        }
        return json(HttpStatus.OK, entities);
    }

    @PostMapping("/close-query")
    void close(HttpServletRequest request) throws IOException {
        String id = text(body(request), "queryId");
        if (!pushes.close(id) && !engine.close(id)) {
            throw StatementException.badRequest("no query with id " + id);
        }
    }

    @GetMapping("/info")
    ResponseEntity<byte[]> info() {
        return json(
                HttpStatus.OK,
                Map.of(
                        "KsqlServerInfo",
                        Map.of(
                                "version",
                                VERSION,
                                "kafkaClusterId",
                                "",
                                "ksqlServiceId",
                                serviceId,
                                "serverStatus",
                                engine.isReady() ? "RUNNING" : "NOT_READY")));
    }

    @GetMapping("/healthcheck")
    ResponseEntity<byte[]> healthcheck() {
        boolean healthy = engine.isReady();
        Map<String, Object> part = Map.of("isHealthy", healthy);
        return json(
                healthy ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
                Map.of("isHealthy", healthy, "details", Map.of("metastore", part, "kafka", part)));
    }

    /** What is asked in another way than it is answered here. */
    @RequestMapping({"/query-stream", "/query", "/ksql", "/close-query", "/info", "/healthcheck"})
    ResponseEntity<byte[]> anotherMethod(HttpServletRequest request) {
        return generic(405, 40500, "%s doesn't take %s".formatted(request.getRequestURI(), request.getMethod()));
    }

    /** What ksqlDB has and this has not. */
    @RequestMapping({
        "/inserts-stream",
        "/ksql/terminate",
        "/clusterStatus",
        "/status/**",
        "/lag",
        "/heartbeat",
        "/v1/metadata/**",
        "/is_valid_property/**",
        "/ws/query"
    })
    ResponseEntity<byte[]> notHere(HttpServletRequest request) {
        return generic(
                404, 40400, "there is no %s here; docs/sql.md has what there is".formatted(request.getRequestURI()));
    }

    private static ResponseEntity<byte[]> json(HttpStatus status, Object body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(SqlJson.bytes(body));
    }

    private static JsonNode body(HttpServletRequest request) throws IOException {
        byte[] bytes = request.getInputStream().readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw StatementException.badRequest("the request is longer than %d bytes".formatted(MOST_BYTES));
        }
        try {
            JsonNode body = SqlJson.MAPPER.readTree(bytes);
            if (body.isObject()) {
                return body;
            }
        } catch (JacksonException e) {
            throw StatementException.badRequest("the request can't be read as JSON: " + e.getOriginalMessage());
        }
        throw StatementException.badRequest("the request must be a JSON object, for example {\"sql\": \"SELECT 1;\"}");
    }

    private static String text(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (!value.isString()) {
            throw StatementException.badRequest("the request needs \"%s\", a text".formatted(field));
        }
        return value.stringValue();
    }

    private static Optional<String> token(HttpServletRequest request, JsonNode body) {
        return lastEvent(request)
                .or(() -> Optional.ofNullable(
                        texts(body.path("requestProperties")).get(TOKEN)));
    }

    /** Sent by a browser that lost the connection. */
    private static Optional<String> lastEvent(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Last-Event-ID")).filter(id -> !id.isEmpty());
    }

    /** Clients of ksqlDB send properties as texts, numbers or booleans; one that is null is as good as none. */
    private static Map<String, String> texts(JsonNode properties) {
        if (!properties.isObject() && !properties.isMissingNode() && !properties.isNull()) {
            throw StatementException.badRequest("the properties of a request must be a JSON object");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        properties.properties().forEach(property -> {
            JsonNode value = property.getValue();
            if (value.isContainer()) {
                throw StatementException.badRequest(
                        "the property %s must be a text, a number or a boolean".formatted(property.getKey()));
            }
            if (!value.isNull()) {
                texts.put(property.getKey(), value.asString());
            }
        });
        return texts;
    }

    /** With what a client is told beside the reason. */
    private static final class FailedStatementException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final StatementException why;
        private final String statement;
        private final transient List<Map<String, @Nullable Object>> entities;

        FailedStatementException(
                StatementException why, String statement, List<Map<String, @Nullable Object>> entities) {
            super(why);
            this.why = why;
            this.statement = statement;
            this.entities = entities;
        }
    }

    @ExceptionHandler
    ResponseEntity<byte[]> failed(FailedStatementException e) {
        if (e.why.code() != StatementException.Code.BAD_STATEMENT
                && e.why.code() != StatementException.Code.QUERY_ENDPOINT) {
            return refused(e.why);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("@type", "statement_error");
        body.put("error_code", e.why.code().number());
        body.put("message", e.why.reason());
        body.put("statementText", e.statement);
        body.put("entities", e.entities);
        return json(HttpStatus.valueOf(e.why.code().status()), body);
    }

    @ExceptionHandler
    ResponseEntity<byte[]> refused(StatementException e) {
        return generic(e.code().status(), e.code().number(), e.reason());
    }

    /** A bug: logged here, without details to the client. */
    @ExceptionHandler
    ResponseEntity<byte[]> bug(RuntimeException e) {
        LOG.error("A statement failed", e);
        return generic(500, 50000, "this is a fault of the aggregator; its log says more");
    }

    private static ResponseEntity<byte[]> generic(int status, int code, String message) {
        return json(HttpStatus.valueOf(status), SqlFrames.error(code, message));
    }
}
