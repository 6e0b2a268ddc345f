package io.modelhub.bench;

import io.modelhub.schema.ModelMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * SQL in one run: a day of windows, made by the aggregator from a log full of calls, then questions of every kind to the same
 * process.
 */
final class SqlPath implements BenchCommand.Run {

    private static final long HOUR_MS = Duration.ofHours(1).toMillis();
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long POLL_MS = 20;

    /** Times that the hour's most expensive organizations are asked for; the first ones are the compiler's. */
    private static final int TOPS = 60;

    private static final int FIRST_TOPS = 30;

    private static final int PUSHED_ROWS = 300;

    private final SqlBenchSettings settings;
    private final Progress progress;
    private final Servers servers;

    SqlPath(SqlBenchSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        this.servers = new Servers(progress);
    }

    @Override
    public SqlMeasurement measure() throws InterruptedException {
        Servers.Up up = servers.start();
        UsageLog log = new UsageLog(up.bootstrapServers(), up.topics(), progress);
        Instant end = Instant.now();
        Workload day = new Workload(settings.day(), end);
        progress.say(
                "writing %,d events, seed %d", settings.filled(), settings.day().seed());
        log.fill(day, settings.filled());
        MeasuredAggregator aggregator = MeasuredAggregator.start(
                up.aggregatorJar(), up.bootstrapServers(), up.registryUrl(), settings.day(), up.folder());
        servers.closeLater(aggregator::close);
        awaitCommitted(up, aggregator, settings.filled());
        Points points = Points.of(new Workload(settings.day(), end), settings.filled());

        Clients clients = new Clients(aggregator, settings.clients());
        progress.say("%d clients ask for one of %,d windows each time", settings.clients(), points.windows());
        aggregator.warmUp(time -> clients.ask(points, time));
        Clients.Pace asked = clients.ask(points, settings.time());
        progress.say("%s; the same clients ask for /info", asked);
        aggregator.warmUp(time -> clients.ask(new Info(), time));
        Clients.Pace nothing = clients.ask(new Info(), settings.time().dividedBy(3));
        progress.say("%s; the ten most expensive organizations of an hour", nothing);
        Top top = top(aggregator, points.end());

        progress.say(
                "p50 %.0f ms; a push query of every minute's changes",
                top.latency().p50Ms());
        PushDelay.Delays delays = new PushDelay(up, log, aggregator).measure(PUSHED_ROWS);
        Batches batches = () -> batch(up, log, aggregator, day);
        batches.next(); // The compiler's.
        List<PushCost.Pair> pairs = new ArrayList<>();
        for (int round = 0; round < SqlBenchSettings.ROUNDS; round++) {
            PushCost.Pair pair = pair(batches, aggregator, round % 2 == 0);
            progress.say("%,.0f events/s, with %d push queries %,.0f", pair.without(), settings.pushes(), pair.with());
            pairs.add(pair);
        }
        return new SqlMeasurement(
                settings, points.windows(), asked, nothing, top.windows(), top.latency(), delays, new PushCost(pairs));
    }

    /** Works the next batch off, and tells its calls per second. */
    private interface Batches {
        double next() throws InterruptedException;
    }

    private PushCost.Pair pair(Batches batches, MeasuredAggregator aggregator, boolean withoutFirst)
            throws InterruptedException {
        double before = withoutFirst ? batches.next() : 0;
        double with;
        long meanwhile;
        PushQueries.Rest rest;
        try (PushQueries pushes = PushQueries.open(aggregator.port(), settings.pushes())) {
            with = batches.next();
            meanwhile = pushes.rows();
            rest = pushes.awaitRest();
        }
        return new PushCost.Pair(withoutFirst ? before : batches.next(), with, meanwhile, rest.rows(), rest.ms());
    }

    private record Top(long windows, Percentiles latency) {}

    /** Of the last whole hour of the day. */
    private static Top top(MeasuredAggregator aggregator, Instant end) {
        long hour = end.toEpochMilli() / HOUR_MS * HOUR_MS - HOUR_MS;
        byte[] question =
                question("SELECT organization, SUM(cost) AS cost FROM USAGE_1H WHERE windowstart = %d".formatted(hour)
                        + " GROUP BY organization ORDER BY cost DESC LIMIT 10;");
        try (PlainHttp http = new PlainHttp(aggregator.port())) {
            long[] latencies = new long[TOPS];
            for (int i = 0; i < TOPS; i++) {
                long sent = System.nanoTime();
                String answer = http.answer(question);
                latencies[i] = System.nanoTime() - sent;
                if (answer.lines().count() != 11) {
                    throw new BenchFailure("The hour has not ten organizations: " + answer);
                }
            }
            String windows = http.answer(
                    question("SELECT COUNT(*) AS windows FROM USAGE_15M WHERE windowstart >= %d".formatted(hour)
                            + " AND windowstart < %d;".formatted(hour + HOUR_MS)));
            return new Top(
                    Long.parseLong(windows.lines().toList().get(1).replaceAll("\\D", "")),
                    Percentiles.ofNanos(Arrays.copyOfRange(latencies, FIRST_TOPS, TOPS)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A pull query that may scan. */
    static byte[] question(String statement) {
        return PlainHttp.post(
                "/query-stream",
                "{\"sql\":\"%s\",\"properties\":{\"ksql.query.pull.table.scan.enabled\":\"true\"}}"
                        .formatted(statement));
    }

    /** What a client costs that asks for next to nothing. */
    private static final class Info implements Clients.Question {

        private final byte[] request = PlainHttp.get("/info");

        @Override
        public byte[] next(SplittableRandom random) {
            return request;
        }

        @Override
        public void check(String answer) {}
    }

    /** Events per second from the first one written to the last one committed. */
    private double batch(Servers.Up up, UsageLog log, MeasuredAggregator aggregator, Workload day)
            throws InterruptedException {
        long before = log.size();
        List<ModelMetrics> calls =
                Stream.generate(day::next).limit(settings.batch()).toList();
        long began = System.nanoTime();
        log.publishCalls(calls);
        awaitCommitted(up, aggregator, before + settings.batch());
        return settings.batch() * 1e9 / (System.nanoTime() - began);
    }

    private void awaitCommitted(Servers.Up up, MeasuredAggregator aggregator, long calls) throws InterruptedException {
        long began = System.nanoTime();
        for (long done = 0; done < calls; done = aggregator.committed(up.admin())) {
            progress.now("the aggregator has committed %,d of %,d events", done, calls);
            aggregator.requireAlive();
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new BenchFailure("The aggregator committed %,d of %,d events in %d min; its log says:%n%s"
                        .formatted(done, calls, PATIENCE.toMinutes(), aggregator.lastTroubles()));
            }
            Thread.sleep(POLL_MS);
        }
    }

    @Override
    public void close() {
        servers.close();
    }
}
