package io.modelhub.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Clients that ask again as soon as they are answered, each over a connection of its own that it keeps. */
final class Clients {

    private final MeasuredAggregator aggregator;
    private final int count;

    Clients(MeasuredAggregator aggregator, int count) {
        this.aggregator = aggregator;
        this.count = count;
    }

    /** What one of them asks, and what it takes for an answer. */
    interface Question {

        byte[] next(SplittableRandom random);

        /** @throws BenchFailure the answer is wrong */
        void check(String answer);
    }

    /**
     * @param latency from the request's first byte sent to the answer's last byte read
     * @param cpuMicros processor time of the aggregator for one question, whatever else the machine does
     */
    record Pace(double perSecond, Percentiles latency, double cpuMicros) {

        @Override
        public String toString() {
            return "%,.0f/s, p50 %.2f ms, p99 %.2f ms".formatted(perSecond, latency.p50Ms(), latency.p99Ms());
        }
    }

    Pace ask(Question question, Duration time) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            long began = System.nanoTime();
            Duration cpu = aggregator.cpu();
            Callable<long[]> client = () -> latencies(question, began + time.toNanos());
            List<Future<long[]>> all = threads.invokeAll(
                    IntStream.range(0, count).mapToObj(i -> client).toList());
            long[] latencies = new long[0];
            for (Future<long[]> one : all) {
                long[] more = one.get();
                latencies = Arrays.copyOf(latencies, latencies.length + more.length);
                System.arraycopy(more, 0, latencies, latencies.length - more.length, more.length);
            }
            return new Pace(
                    latencies.length * 1e9 / time.toNanos(),
                    Percentiles.ofNanos(latencies),
                    aggregator.cpu().minus(cpu).toNanos() / 1e3 / latencies.length);
        } catch (ExecutionException e) {
            throw new BenchFailure("A query failed: " + e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private long[] latencies(Question question, long until) throws IOException {
        SplittableRandom random = new SplittableRandom();
        long[] latencies = new long[1 << 16];
        int answered = 0;
        try (PlainHttp http = new PlainHttp(aggregator.port())) {
            for (long began = System.nanoTime(); began < until; began = System.nanoTime()) {
                byte[] request = question.next(random);
                long sent = System.nanoTime();
                String answer = http.answer(request);
                if (answered == latencies.length) {
                    latencies = Arrays.copyOf(latencies, 2 * answered);
                }
                latencies[answered++] = System.nanoTime() - sent;
                question.check(answer);
            }
        }
        return Arrays.copyOf(latencies, answered);
    }
}
