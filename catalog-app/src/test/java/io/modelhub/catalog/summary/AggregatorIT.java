package io.modelhub.catalog.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.modelhub.catalog.summary.Subject.Kind;
import io.modelhub.test.Eventually;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the client makes of answers that the real aggregator doesn't give, or only while it fails. */
class AggregatorIT {

    private static final Question QUESTION = new Question(
            new Subject(Kind.ORGANIZATION, "acme", "Acme", "acme", Subject.UTC),
            Subject.UTC,
            Instant.parse("2026-11-23T00:00:00Z"),
            Instant.parse("2026-11-24T00:00:00Z"),
            List.of());

    private static final String FIGURES = """
            {"organization": null, "provider": null, "model": null, "api_key": null, "window_start": null, "window_end": null,
             "requests": 1, "errors": 0, "timeouts": 0, "tokens_input": 0, "tokens_output": 0, "tokens_input_cached": 0,
             "tokens_cache_write": 0, "tokens_reasoning": 0, "cost": "12345678901234567890.000000000001",
             "unpriced_requests": 0, "latency_count": 0, "latency_sum_ms": 0, "latency_min_ms": null, "latency_max_ms": null,
             "latency_p50_ms": null, "latency_p95_ms": null, "latency_p99_ms": null}""";

    private static final String ANSWER = """
            {"window": "15m", "zone": "UTC", "from": "2026-11-23T00:00:00Z", "to": "2026-11-24T00:00:00Z",
             "as_of": "2026-11-23T10:00:00Z", "committed": false, "complete": true, "rows": [], "total": %s, "new_field": 1}""".formatted(FIGURES);

    private HttpServer server;
    private Aggregator aggregator;
    private int status = 200;
    private String body = ANSWER;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (exchange) {
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        aggregator = at(server.getAddress().getPort(), Eventually.PATIENCE);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void readsMoneyExactly() {
        assertThat(aggregator.usage(QUESTION).total().cost())
                .isEqualTo(new BigDecimal("12345678901234567890.000000000001"));
    }

    @Test
    void takesNothingMissingForZero() {
        for (String field : List.of("\"requests\": 1, ", "\"cost\": \"12345678901234567890.000000000001\",")) {
            body = ANSWER.replace(field, "");
            assertUnreadable();
        }
        body = ANSWER.replace("\"requests\": 1", "\"requests\": null");
        assertUnreadable();
        body = ANSWER.replace("\"12345678901234567890.000000000001\"", "null");
        assertUnreadable();
        body = ANSWER.replace("\"total\"", "\"totals\"");
        assertUnreadable();
        body = "<html>It works!</html>";
        assertUnreadable();
        body = "{}";
        assertUnreadable();
    }

    @Test
    void passesOnWhyTheAggregatorCantAnswer() {
        status = 503;
        body = "{\"code\": \"not_ready\", \"detail\": \"the aggregator is REBALANCING; its stores can't be read now\"}";
        assertThatThrownBy(() -> aggregator.usage(QUESTION))
                .isInstanceOf(Aggregator.UnavailableException.class)
                .hasMessageContaining("REBALANCING");
        status = 500;
        body = "oops";
        assertThatThrownBy(() -> aggregator.usage(QUESTION))
                .isInstanceOf(Aggregator.UnavailableException.class)
                .hasMessageContaining("it answers 500");
    }

    @Test
    void anAggregatorThatIsAwayOrSilentIsUnavailable() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() ->
                            at(silent.getLocalPort(), Duration.ofMillis(100)).usage(QUESTION))
                    .isInstanceOf(Aggregator.UnavailableException.class);
        }
        int port = server.getAddress().getPort();
        server.stop(0);
        assertThatThrownBy(() -> at(port, Eventually.PATIENCE).usage(QUESTION))
                .isInstanceOf(Aggregator.UnavailableException.class);
    }

    @Test
    void tellsTooMuchAndTooOldFromFailures() {
        body = ANSWER.replace("\"complete\": true", "\"complete\": false");
        assertThatThrownBy(() -> aggregator.usage(QUESTION)).isInstanceOf(Aggregator.NotKeptException.class);
        status = 422;
        body = "{\"code\": \"too_many_windows\"}";
        assertThatThrownBy(() -> aggregator.usage(QUESTION)).isInstanceOf(Aggregator.TooMuchException.class);
        status = 400;
        body = "{\"code\": \"bad_parameters\"}";
        assertUnreadable();
    }

    private void assertUnreadable() {
        assertThatThrownBy(() -> aggregator.usage(QUESTION))
                .as(body)
                .isInstanceOf(Aggregator.UnreadableAnswerException.class);
    }

    private static Aggregator at(int port, Duration readTimeout) {
        return new Aggregator(URI.create("http://127.0.0.1:" + port), Duration.ofSeconds(5), readTimeout);
    }
}
