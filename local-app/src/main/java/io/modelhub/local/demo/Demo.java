package io.modelhub.local.demo;

import io.modelhub.local.platform.JsonApi;
import io.modelhub.local.platform.LocalPlatform;
import io.modelhub.local.platform.Ports;
import io.modelhub.local.platform.StartFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Shows the platform at work: sends calls through it and follows them until each is in the results. */
public final class Demo {

    private static final int MODELS_OF_A_PROVIDER = 4;
    private static final Duration CATALOG_KNOWN_WITHIN = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(500);

    /** An earlier run's last events may still be on their way into the results. */
    private static final Duration UNCHANGED_IS_SETTLED = Duration.ofSeconds(2);

    /** Longer than the aggregator needs to take its work up again after a crash. */
    private static final Duration STANDSTILL = Duration.ofSeconds(120);

    private final DemoSettings settings;
    private final Traffic traffic;
    private final Display display;

    private Demo(DemoSettings settings, Traffic traffic, Display display) {
        this.settings = settings;
        this.traffic = traffic;
        this.display = display;
    }

    /** Where the demo shows itself. */
    public interface Display {

        void say(String line);

        /** A line that takes the place of the one before, where the output allows it. */
        void live(String line);
    }

    /**
     * Prepares a demo: its files are looked at before anything is started.
     *
     * @throws StartFailure a file can't be read or is of another format
     */
    public static Demo of(DemoSettings settings, Display display) {
        Path prices = settings.prices();
        if (prices != null && !Files.isReadable(prices)) {
            throw new StartFailure("The prices %s can't be read.".formatted(prices));
        }
        Path json = settings.json();
        if (json != null && !isWritable(json)) {
            throw new StartFailure("The results can't be written to %s.".formatted(json));
        }
        return new Demo(settings, traffic(settings), display);
    }

    private static boolean isWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return !Files.isDirectory(file)
                && (Files.exists(file) ? Files.isWritable(file) : folder != null && Files.isWritable(folder));
    }

    private static Traffic traffic(DemoSettings settings) {
        Path trace = settings.trace();
        Long events = settings.events();
        if (trace == null) {
            return new OwnTraffic(events == null ? OwnTraffic.USUAL_SIZE : events, settings.seed());
        }
        long limit = events == null ? Long.MAX_VALUE : events;
        return isJson(trace) ? NdjsonTrace.read(trace, limit) : CsvTrace.read(trace, limit);
    }

    /** NDJSON begins with a brace, a CSV never does. */
    private static boolean isJson(Path trace) {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(trace))) {
            int first = file.read();
            while (first == ' ' || first == '\n' || first == '\r' || first == '\t') {
                first = file.read();
            }
            return first == '{';
        } catch (IOException e) {
            throw new StartFailure("The trace %s can't be read: %s.".formatted(trace, reason(e)), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "there is no such file" : String.valueOf(e.getMessage());
    }

    /**
     * Runs the demo on a platform that is up.
     *
     * @return whether the results are the sum of what was accepted
     * @throws StartFailure it could not be brought to its end
     */
    public boolean run(LocalPlatform platform) throws InterruptedException {
        Ports ports = platform.settings().ports();
        Results results = new Results(new JsonApi("aggregator-app", ports.aggregator()));
        Prepared prepared = prepare(new Catalog(new JsonApi("catalog-app", ports.catalog())), results);

        traffic.remark(display::say);
        display.say("sending " + traffic.description());
        display.say("which key, organization and model a call has is drawn from seed " + settings.seed());
        long before = settledRequests(results);
        Replay replay = new Replay(new JsonApi("ingest-app", ports.ingest()), settings.speed());
        long began = System.nanoTime();
        follow(platform, results, replay, prepared.assignment(), before);
        double seconds = (System.nanoTime() - began) / 1e9;

        Report report = report(results, replay, prepared, seconds);
        report.lines().forEach(display::say);
        write(report);
        return addsUp(report, before);
    }

    private record Prepared(CallAssignment assignment, Map<String, String> keyLabels) {}

    private Prepared prepare(Catalog catalog, Results results) throws InterruptedException {
        OwnPrices ownPrices = OwnPrices.read();
        Path prices = settings.prices();
        display.say("prices: " + (prices == null ? catalog.load(ownPrices) : catalog.importPrices(prices)));
        Map<String, List<String>> models = pricedModels(catalog, ownPrices);
        List<DemoKey> keys = DemoCustomers.KEYS.stream()
                .filter(key -> models.containsKey(key.provider()))
                .toList();
        if (keys.isEmpty()) {
            throw new StartFailure("The prices %s name none of the well-known models that the demo calls, such as %s."
                    .formatted(
                            prices,
                            ownPrices.wellKnownModels().values().iterator().next()));
        }
        catalog.createOrganizations();
        Map<DemoKey, String> keyIds = catalog.createKeys(keys);
        display.say("%d organizations, %d API keys".formatted(DemoCustomers.ORGANIZATIONS.size(), keyIds.size()));
        awaitKnown(results, models, keyIds);
        Map<String, String> labels = new HashMap<>();
        keyIds.forEach((key, id) -> labels.put(id, key.label()));
        return new Prepared(new CallAssignment(runId(), settings.seed(), keyIds, models), labels);
    }

    /** A few models of each provider that a key opens, as far as the catalog has them. */
    private static Map<String, List<String>> pricedModels(Catalog catalog, OwnPrices ownPrices)
            throws InterruptedException {
        Map<String, List<String>> models = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> provider :
                ownPrices.wellKnownModels().entrySet()) {
            boolean isCalled =
                    DemoCustomers.KEYS.stream().anyMatch(key -> key.provider().equals(provider.getKey()));
            List<String> known = new ArrayList<>();
            for (String model : isCalled ? provider.getValue() : List.<String>of()) {
                if (known.size() < MODELS_OF_A_PROVIDER && catalog.hasModel(model)) {
                    known.add(model);
                }
            }
            if (!known.isEmpty()) {
                models.put(provider.getKey(), known);
            }
        }
        return models;
    }

    /** Else the first calls would be counted without a price, and without their limits. */
    private void awaitKnown(Results results, Map<String, List<String>> models, Map<DemoKey, String> keyIds)
            throws InterruptedException {
        Instant deadline = Instant.now().plus(CATALOG_KNOWN_WITHIN);
        for (List<String> ofProvider : models.values()) {
            for (String model : ofProvider) {
                while (results.price(model).isEmpty()) {
                    pauseUntil(deadline, "the price of " + model);
                }
            }
        }
        for (Map.Entry<DemoKey, String> key : keyIds.entrySet()) {
            while (!results.knowsLimits(key.getValue(), key.getKey())) {
                pauseUntil(
                        deadline,
                        "the limits of the key \"%s\"".formatted(key.getKey().label()));
            }
        }
    }

    private void pauseUntil(Instant deadline, String what) throws InterruptedException {
        if (Instant.now().isAfter(deadline)) {
            throw new StartFailure("aggregator-app did not learn %s from the catalog within %d s."
                    .formatted(what, CATALOG_KNOWN_WITHIN.toSeconds()));
        }
        display.live("waiting until the aggregator knows " + what);
        Thread.sleep(POLL.toMillis());
    }

    /** Part of every event's identifier, so that runs never take each other's events for duplicates. */
    private static String runId() {
        String time = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        return "demo-%s-%04x".formatted(time, ThreadLocalRandom.current().nextInt(0x10000));
    }

    /** The calls counted before this run, once their number stands still. */
    private static long settledRequests(Results results) throws InterruptedException {
        long requests = -1;
        long since = System.nanoTime();
        while (requests != 0 && System.nanoTime() - since < UNCHANGED_IS_SETTLED.toNanos()) {
            long now = results.parts("organization")
                    .map(parts -> parts.total().requests())
                    .orElse(-1L);
            if (now != requests || now < 0) {
                requests = now;
                since = System.nanoTime();
            }
            Thread.sleep(POLL.toMillis());
        }
        return requests;
    }

    /** Sends everything and returns when all of it is counted, or when nothing moves any more. */
    private void follow(LocalPlatform platform, Results results, Replay replay, CallAssignment assignment, long before)
            throws InterruptedException {
        Instant end = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(replay, end, assignment));
        ProgressLine progress = new ProgressLine(replay, before);
        long moved = System.nanoTime();
        while (true) {
            if (platform.end().isDone()) {
                throw new StartFailure(platform.end().join());
            }
            Optional<Results.Parts> counted = results.parts("organization");
            if (progress.update(counted.map(Results.Parts::total))) {
                moved = System.nanoTime();
            }
            display.live(progress.line());
            if (sending.isDone()) {
                requireSent(sending);
                if (progress.aggregated() >= replay.accepted() || System.nanoTime() - moved > STANDSTILL.toNanos()) {
                    return;
                }
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    private void send(Replay replay, Instant end, CallAssignment assignment) {
        try (Stream<OutgoingEvent> events = traffic.events(end, assignment)) {
            replay.send(events);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("Sending was interrupted.", e);
        }
    }

    private static void requireSent(CompletableFuture<Void> sending) {
        try {
            sending.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StartFailure failure
                    ? failure
                    : new StartFailure("The trace could not be sent: %s.".formatted(e.getCause()), e);
        }
    }

    private static Report report(Results results, Replay replay, Prepared prepared, double seconds)
            throws InterruptedException {
        Results.Parts organizations = answered(results.parts("organization"));
        Results.Parts models = answered(results.parts("model"));
        Map<String, Results.Price> prices = new HashMap<>();
        for (Results.Usage usage : models.parts()) {
            String model = usage.id();
            if (model != null) {
                results.price(model).ifPresent(price -> prices.put(model, price));
            }
        }
        return new Report(
                replay.sent(),
                replay.accepted(),
                replay.rejected(),
                organizations,
                models,
                prices,
                answered(results.disabledKeys()),
                prepared.keyLabels(),
                seconds);
    }

    private static <T> T answered(Optional<T> answer) {
        return answer.orElseThrow(() -> new StartFailure("aggregator-app does not answer any more."));
    }

    private void write(Report report) {
        Path file = settings.json();
        if (file != null) {
            try {
                Files.writeString(file, report.json().toPrettyString() + "\n");
            } catch (IOException e) {
                throw new StartFailure("The results could not be written to %s: %s.".formatted(file, reason(e)), e);
            }
        }
    }

    private boolean addsUp(Report report, long before) {
        long expected = before + report.accepted();
        long counted = report.organizations().total().requests();
        if (counted != expected) {
            display.say(
                    ("these results do not add up: %,d calls were counted before and %,d accepted now, but %,d are counted;"
                                    + " \"./modelhub topic modelhub.usage.rejected\" says which were set aside, for example as too old")
                            .formatted(before, report.accepted(), counted));
        }
        return counted == expected;
    }

    /** What stands on the line that moves while calls are sent. */
    private static final class ProgressLine {

        private final Replay replay;
        private final long before;
        private final long began = System.nanoTime();
        private long aggregated;
        private String cost = "0.00";

        ProgressLine(Replay replay, long before) {
            this.replay = replay;
            this.before = before;
        }

        long aggregated() {
            return aggregated;
        }

        /** @return whether more is counted than before */
        boolean update(Optional<Results.Usage> total) {
            long previous = aggregated;
            total.ifPresent(usage -> {
                aggregated = usage.requests() - before;
                cost = usage.cost().setScale(2, RoundingMode.HALF_EVEN).toPlainString();
            });
            return aggregated > previous;
        }

        String line() {
            double seconds = (System.nanoTime() - began) / 1e9;
            return "sent %,d  accepted %,d  counted %,d  cost $%s  %,.0f/s"
                    .formatted(replay.sent(), replay.accepted(), aggregated, cost, aggregated / seconds);
        }
    }
}
