package io.modelhub.aggregator.cluster;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks other instances for their part, over HTTP. */
public final class Peers {

    /** The paths say the format: an instance of another version answers 404, never something else. */
    public static final String WINDOWS = "/internal/4/windows";

    public static final String STANDBY_WINDOWS = "/internal/4/standby-windows";

    public static final String QUOTAS = "/internal/1/quotas";

    public static final String CALENDARS = "/internal/1/calendars";

    private static final int TOO_MUCH = 422;

    private final HttpClient http;
    private final Duration deadline;

    /** @param deadline of one question */
    public Peers(Duration deadline) {
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(deadline)
                .build();
        this.deadline = deadline;
    }

    /** A question on its way. */
    record Asked(String address, Set<Integer> partitions, CompletableFuture<HttpResponse<byte[]>> answer) {

        /**
         * @throws PartitionsAwayException the peer doesn't answer, or hasn't what it is asked for
         * @throws TooManyWindowsException it has more than one answer may be made of
         */
        byte[] await() {
            HttpResponse<byte[]> response;
            try {
                response = answer.join();
            } catch (CompletionException e) {
                throw new PartitionsAwayException("partitions %s are with the instance at %s, which doesn't answer (%s)"
                        .formatted(partitions, address, e.getCause()));
            }
            if (response.statusCode() == TOO_MUCH) {
                throw new TooManyWindowsException();
            }
            if (response.statusCode() != 200) {
                throw new PartitionsAwayException(
                        "partitions %s should be with the instance at %s, which can't be read now (HTTP %d)"
                                .formatted(partitions, address, response.statusCode()));
            }
            return response.body();
        }
    }

    Asked ask(String address, String path, Set<Integer> partitions, byte[] question) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(deadline)
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(question))
                .build();
        return new Asked(address, partitions, http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
    }
}
