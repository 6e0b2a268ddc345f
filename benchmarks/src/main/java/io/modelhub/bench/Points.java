package io.modelhub.bench;

import io.modelhub.schema.ModelMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Questions for one minute of one organization and one model, of those that had a call. */
final class Points implements Clients.Question {

    private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

    /** Many times what caches of answers would hold, were there any. */
    private static final int QUESTIONS = 50_000;

    private final List<byte[]> requests;
    private final long windows;
    private final Instant end;

    private Points(List<byte[]> requests, long windows, Instant end) {
        this.requests = requests;
        this.windows = windows;
        this.end = end;
    }

    /** @param workload the calls that the windows were made of, from the first */
    static Points of(Workload workload, int events) {
        List<byte[]> requests = new ArrayList<>();
        long[] windows = new long[events];
        int every = Math.max(1, events / QUESTIONS);
        for (int i = 0; i < events; i++) {
            ModelMetrics call = workload.next();
            long minute = call.getTimestamp().toEpochMilli() / MINUTE_MS * MINUTE_MS;
            // Names end with their numbers.
            windows[i] = (minute / MINUTE_MS << 32)
                    + Long.parseLong(call.getOrganization().replaceAll("\\D", "")
                            + call.getModel().replaceAll("\\D", ""));
            if (i % every == 0) {
                requests.add(PlainHttp.post(
                        "/query-stream",
                        "{\"sql\":\"SELECT requests, cost, latency_p95_ms FROM USAGE_1M WHERE organization = '%s' AND model = '%s' AND windowstart = %d;\"}"
                                .formatted(call.getOrganization(), call.getModel(), minute)));
            }
        }
        return new Points(
                requests,
                LongStream.of(windows).distinct().count(),
                Instant.ofEpochMilli((windows[events - 1] >> 32) * MINUTE_MS));
    }

    /** How many windows there are to ask for. */
    long windows() {
        return windows;
    }

    /** About where the last of them is. */
    Instant end() {
        return end;
    }

    @Override
    public byte[] next(SplittableRandom random) {
        return requests.get(random.nextInt(requests.size()));
    }

    @Override
    public void check(String answer) {
        if (answer.indexOf('\n') == answer.length() - 1) {
            throw new BenchFailure("A window that must be there has no row: " + answer);
        }
    }
}
