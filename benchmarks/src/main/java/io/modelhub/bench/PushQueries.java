package io.modelhub.bench;

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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Push queries that are all open at once, each of the minutes of one organization; those with the most calls. */
final class PushQueries implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** When nothing came for so long, nothing will: no batch of rows is further apart. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    /** That clients of queries before went is noticed when they are written to. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long RETRY_MS = 100;

    /** ksqlDB's code of what is refused because too many are running. */
    private static final String TOO_MANY = "40003";

    private final List<InputStream> open = new ArrayList<>();
    private final AtomicLong rows = new AtomicLong();
    private volatile long lastRow;
    private volatile @Nullable String failure;

    static PushQueries open(int port, int count) throws InterruptedException {
        PushQueries queries = new PushQueries();
        for (int i = 0; i < count; i++) {
            InputStream stream = opened(
                    port,
                    "SELECT organization, model, windowstart, requests, cost FROM USAGE_1M WHERE organization = 'organization-%04d' EMIT CHANGES;"
                            .formatted(i));
            queries.open.add(stream);
            Thread reader = new Thread(() -> queries.count(stream), "push-" + i);
            reader.setDaemon(true);
            reader.start();
        }
        return queries;
    }

    /**
     * The lines of a push query, once it is subscribed.
     *
     * @throws BenchFailure it is refused
     */
    static InputStream opened(int port, String statement) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/query-stream".formatted(port)))
                .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"%s\"}".formatted(statement)))
                .build();
        try {
            for (long began = System.nanoTime(); ; Thread.sleep(RETRY_MS)) {
                HttpResponse<InputStream> response = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
                if (response.statusCode() == 200) {
                    return response.body();
                }
                String reason = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
                if (!reason.contains(TOO_MANY) || System.nanoTime() - began > PATIENCE.toNanos()) {
                    throw new BenchFailure("A push query is refused: " + reason);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counts lines that are rows. A query that is ended says so in a line of its own. */
    private void count(InputStream stream) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    rows.incrementAndGet();
                    lastRow = System.nanoTime();
                } else if (line.contains("error_code")) {
                    failure = line;
                }
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    /** Rows that came so far. */
    long rows() {
        return rows.get();
    }

    /**
     * All rows.
     *
     * @param ms until the last one came
     */
    record Rest(long rows, long ms) {}

    /**
     * Waits until no more rows come.
     *
     * @throws BenchFailure a query was ended
     */
    Rest awaitRest() throws InterruptedException {
        long began = System.nanoTime();
        lastRow = began;
        while (System.nanoTime() - lastRow < QUIET.toNanos()) {
            Thread.sleep(QUIET.toMillis() / 10);
        }
        String ended = failure;
        if (ended != null) {
            throw new BenchFailure("A push query was ended: " + ended);
        }
        return new Rest(rows(), (lastRow - began) / 1_000_000);
    }

    @Override
    public void close() {
        for (InputStream stream : open) {
            try {
                stream.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
