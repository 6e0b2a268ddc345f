package io.modelhub.aggregator.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.PackedWriter;
import io.modelhub.schema.CallStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final int ALL = Subject.ORGANIZATION.bit() | Subject.API_KEY.bit() | Subject.ROUTING_RULE.bit();
    private static final long NOW = Instant.parse("2026-11-23T10:00:00Z").toEpochMilli();

    /** By the organization's name; the others have UTC. */
    static final Map<String, ZoneId> ZONES =
            Map.of("o1", ZoneId.of("Asia/Kolkata"), "o2", ZoneId.of("America/New_York"));

    private final RandomGenerator random = Seeded.random(getClass());
    private KeyValueStore<byte[], byte[]> store = Plain.store();

    /** Goes with the calls: none that is accepted is far ahead of it. */
    private long clock = NOW;

    private Ledger ledger = opened();

    /**
     * Against a map: calls come alone and in blocks, for some of their subjects or all; commits, publications, checkpoints and new
     * owners come at any moment, with much memory or little. Whatever was changed is published, and what is read is what was added up.
     */
    @Test
    void addsUpEveryCallOnceWhateverHappensInBetween() {
        Map<String, CallSum> expected = new TreeMap<>();
        Map<String, CallSum> published = new TreeMap<>();
        boolean isCheckpoint = false;
        int settledPages = 0;
        for (int i = 0; i < 30_000; i++) {
            int subjects = random.nextInt(1, ALL + 1);
            String organization = "o" + random.nextInt(3);
            String apiKey = "k" + random.nextInt(5);
            String rule = "r" + random.nextInt(2);
            String model = "p/m" + random.nextInt(4);
            clock = NOW + i * 100L;
            Measures call = call(clock - random.nextLong(3_600_000));
            if (random.nextInt(10) == 0) {
                call.setCorrection(
                        call.timestamp, -random.nextLong(3), random.nextLong(2_000_000_000_000L) - 1_000_000_000_000L);
            } else {
                call.isRepeat = random.nextInt(20) == 0;
            }
            if (random.nextBoolean()) {
                ledger.add(subjects, organization, apiKey, rule, model, call);
            } else {
                CallBlock block = new CallBlock();
                block.add(subjects, organization, apiKey, rule, model, call);
                ledger.add(block.take(), (in, owner, key, chosenBy, of, measures) -> {});
            }
            for (Series series : Series.values()) {
                String subject = switch (series) {
                    case KEY_DAYS -> apiKey;
                    case RULE_DAYS -> rule;
                    default -> organization;
                };
                boolean counts = switch (series) {
                    case KEY_DAYS -> Subject.API_KEY.isIn(subjects);
                    case RULE_DAYS -> Subject.ROUTING_RULE.isIn(subjects);
                    default -> Subject.ORGANIZATION.isIn(subjects);
                };
                if (counts) {
                    long start = start(series, organization, call.timestamp);
                    expected.computeIfAbsent(name(series, subject, model, start), ignored -> new CallSum())
                            .add(call);
                }
            }
            switch (random.nextInt(200)) {
                case 0 -> publish(published);
                case 1 -> {
                    ledger.checkpoint();
                    isCheckpoint = false;
                }
                case 2 -> {
                    ledger.beforeCommit();
                    ledger = opened(random.nextInt(3) == 0 ? 1_000_000 : random.nextInt(1, 200));
                    isCheckpoint = false;
                }
                case 3, 4 -> {
                    ledger.beginCheckpoint();
                    isCheckpoint = true;
                }
                case 20, 21, 22, 23 -> ledger.lookForSettled();
                case 24, 25, 26, 27 -> settledPages += writeSettled(random.nextInt(1, 10), published);
                case 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 -> {
                    if (isCheckpoint) {
                        isCheckpoint = !ledger.continueCheckpoint(random.nextInt(1, 20));
                    }
                }
                default -> ledger.beforeCommit();
            }
        }
        // What no call is in is not shown: its calls are not counted yet, or are not kept any more.
        expected.values().removeIf(sum -> sum.usage().requests() == 0);
        assertThat(texts(read())).isEqualTo(texts(expected));
        ledger.beforeCommit();
        ledger = opened();
        assertThat(texts(read())).isEqualTo(texts(expected));
        assertEachWindowIsReadAlone(expected);
        publish(published);
        assertThat(texts(published)).isEqualTo(texts(expected));
        assertThat(settledPages).isPositive();
    }

    /** Old calls fill one page after the other: only the latest need to be in memory. */
    @Test
    void pagesThatHaveSettledAreWrittenAndGoFromMemory() {
        Map<String, CallSum> published = new TreeMap<>();
        for (int quarter = 0; quarter < 40; quarter++) {
            for (int second = 0; second < 900; second += 10) {
                ledger.add(1, "acme", null, null, "p/m", call(NOW + quarter * 900_000L + second * 1_000L));
            }
            ledger.lookForSettled();
            assertThat(ledger.settled()).isLessThanOrEqualTo(2);
            writeSettled(10, published);
        }
        assertThat(published).hasSizeBetween(36 * 16, 40 * 16);
        assertThat(keysOf(Series.ORGANIZATION_MINUTES)).hasSizeBetween(36, 39);
        assertThat(keysOf(Series.ORGANIZATION_DAYS)).isEmpty();
        ledger.beforeCommit();
        Map<String, CallSum> before = read();
        ledger = opened();
        assertThat(texts(read())).isEqualTo(texts(before));
    }

    /** It is on the page all the same, which settles once more. */
    @Test
    void aCallThatComesToASettledPageIsCounted() {
        Map<String, CallSum> published = new TreeMap<>();
        ledger.add(1, "acme", null, null, "p/m", call(NOW));
        ledger.add(1, "acme", null, null, "p/m", call(NOW + Duration.ofHours(2).toMillis()));
        settleAll(published);
        String window = name(Series.ORGANIZATION_MINUTES, "acme", "p/m", NOW);
        assertThat(published.get(window).requests()).isEqualTo(1);
        ledger.add(1, "acme", null, null, "p/m", call(NOW + 1));
        settleAllAfterAPublication(published);
        assertThat(published.get(window).requests()).isEqualTo(2);
    }

    @Test
    void aWindowThatWasPublishedIsNotPublishedAgainSoonerBecauseItSettles() {
        Map<String, CallSum> published = new TreeMap<>();
        ledger.add(1, "acme", null, null, "p/m", call(NOW));
        ledger.add(1, "acme", null, null, "p/m", call(NOW + Duration.ofHours(2).toMillis()));
        publish(published);
        ledger.add(1, "acme", null, null, "p/m", call(NOW));
        settleAllAfterAPublication(published);
        String window = name(Series.ORGANIZATION_MINUTES, "acme", "p/m", NOW);
        assertThat(published.get(window).requests()).isEqualTo(2);
    }

    /** A window is published once in so many looks, also where it settles. */
    private void settleAllAfterAPublication(Map<String, CallSum> published) {
        for (int look = 0; look < Ledger.LOOKS_PER_PUBLICATION; look++) {
            ledger.lookForSettled();
            assertThat(ledger.settled()).isZero();
        }
        settleAll(published);
    }

    private void settleAll(Map<String, CallSum> published) {
        ledger.lookForSettled();
        ledger.lookForSettled();
        writeSettled(ledger.settled(), published);
    }

    private int writeSettled(int count, Map<String, CallSum> published) {
        int before = ledger.settled();
        ledger.writeSettled(
                count,
                cell -> published.put(
                        name(cell.series(), cell.subject(), cell.model(), cell.start()), copy(cell.sum())));
        return before - ledger.settled();
    }

    /** A day with more models than memory has room for. */
    @Test
    void aPageThatIsPackedIsNotReadFromTheStoreAgain() {
        AtomicInteger gets = new AtomicInteger();
        store = Plain.onGet(store, gets::incrementAndGet);
        ledger = opened(100);
        callEach(60, Subject.API_KEY);
        ledger.checkpoint();
        gets.set(0);
        callEach(30, Subject.API_KEY);
        ledger.checkpoint();
        callEach(60, Subject.API_KEY);
        assertThat(gets).hasValue(0);

        Map<String, CallSum> published = new TreeMap<>();
        publish(published);
        assertThat(published.values())
                .hasSize(60)
                .extracting(CallSum::requests)
                .containsOnly(2L, 3L)
                .filteredOn(requests -> requests == 3)
                .hasSize(30);
        assertThat(texts(read())).isEqualTo(texts(published));
    }

    /** Also where a page is packed. */
    @Test
    void aCheckpointPublishesNothingAndForgetsNothingThatWaitsForIt() {
        Map<String, CallSum> published = new TreeMap<>();
        ledger = opened(100);
        callEach(20, Subject.ORGANIZATION);
        publish(new TreeMap<>());
        callEach(10, Subject.ORGANIZATION);
        ledger.checkpoint();
        publish(published);
        assertThat(published).hasSize(4 * 10); // Of the page that has 20 the ones that have changed.

        callEach(5, Subject.ORGANIZATION);
        ledger.checkpoint();
        ledger = opened(100);
        published.clear();
        publish(published);
        assertThat(texts(published)).isEqualTo(texts(read()));
    }

    @Test
    void readsASubjectsWindowsOfSomeTime() {
        for (int minute = 0; minute < 60; minute++) {
            ledger.add(1, "acme", null, null, "p/m", call(NOW + minute * 60_000L));
            ledger.add(1, "acme-2", null, null, "p/m", call(NOW + minute * 60_000L));
            if (minute == 30) {
                publish(new HashMap<>());
                ledger.checkpoint();
            }
        }
        List<String> starts = new ArrayList<>();
        ledger.read(
                Series.ORGANIZATION_MINUTES,
                Optional.of("acme"),
                NOW + 10 * 60_000,
                NOW + 40 * 60_000,
                (subject, model, start, end, sum) -> starts.add(subject + " " + (start - NOW) / 60_000));
        assertThat(starts).hasSize(30).contains("acme 10", "acme 39").doesNotContain("acme 40");
        List<String> all = new ArrayList<>();
        ledger.read(
                Series.ORGANIZATION_QUARTERS,
                Optional.empty(),
                NOW,
                NOW + 3_600_000,
                (subject, model, start, end, sum) -> {
                    assertThat(sum.usage().requests()).isEqualTo(15);
                    all.add(subject + start);
                });
        assertThat(all).hasSize(8).doesNotHaveDuplicates();
    }

    @Test
    void dropsWindowsWhoseRetentionHasPassed() {
        ledger.add(1, "acme", null, null, "p/m", call(NOW));
        ledger.checkpoint();
        ledger.add(1, "acme", null, null, "p/m", call(NOW + Duration.ofDays(8).toMillis()));
        ledger.checkpoint();
        assertThat(keysOf(Series.ORGANIZATION_MINUTES)).hasSize(1);
        assertThat(keysOf(Series.ORGANIZATION_QUARTERS)).hasSize(2);
    }

    @Test
    void asLittleIsLoggedAsACommitNeeds() {
        for (int i = 0; i < 500; i++) {
            ledger.add(1, "acme", null, null, "p/m", call(NOW + i));
        }
        ledger.beforeCommit();
        ledger.beforeCommit();
        assertThat(keys()).hasSize(3); // The calls, whose zone cut their days, and how many blocks there were.
        assertThat(ledger.callsSinceCheckpoint()).isEqualTo(500);
        ledger.checkpoint();
        assertThat(keys()).filteredOn(key -> key[0] == 'p').hasSize(4);
        assertThat(keys()).filteredOn(key -> key[0] == 'c').isEmpty();
        assertThat(ledger.callsSinceCheckpoint()).isZero();
    }

    /** Else a page would seem to have calls that came after it was written. */
    @Test
    void noNumberOfABlockIsGivenTwiceWhereAllBlocksWereDropped() {
        ledger.add(1, "acme", null, null, "p/m", call(NOW));
        ledger.checkpoint();
        ledger.beforeCommit();
        ledger = opened();
        ledger.add(1, "acme", null, null, "p/m", call(NOW));
        ledger.beforeCommit();
        ledger = opened();
        assertThat(read().values()).hasSize(4).allMatch(sum -> sum.usage().requests() == 2);
    }

    @Test
    void tellsHowFarItHasReadAndWhetherThatIsCommitted() {
        assertThat(ledger.mark().offset()).isZero();
        ledger.progress().read(8);
        Progress.Mark read = ledger.mark();
        assertThat(read.offset()).isEqualTo(8);
        assertThat(ledger.isCommittedSince(read)).isFalse();
        ledger.beforeCommit();
        assertThat(ledger.isCommittedSince(ledger.mark())).isFalse(); // It may fail yet.
        ledger.committed();
        Progress.Mark committed = ledger.mark();
        assertThat(ledger.isCommittedSince(committed)).isTrue();
        ledger.progress().read(9);
        assertThat(ledger.isCommittedSince(committed)).isFalse(); // What was read then may have it.

        ledger = opened();
        assertThat(ledger.mark().offset()).isEqualTo(8);
        assertThat(ledger.isCommittedSince(ledger.mark())).isTrue();
    }

    /** A page of a subject that calls thousands of models. */
    @Test
    void noValueIsLargerThanABrokerTakes() {
        for (int model = 0; model < 20_000; model++) {
            ledger.add(1, "acme", null, null, "provider/a-model-with-a-long-name-" + model, call(NOW));
        }
        ledger.checkpoint();
        for (byte[] key : keys()) {
            assertThat(store.get(key)).hasSizeLessThan(500_000);
        }
        ledger = opened();
        assertThat(read()).hasSize(4 * 20_000);
    }

    /** A page that stands in several values; while a reader has read the first of them, somebody wants to write it. */
    @Test
    void noPageIsReadHalfWritten() throws Exception {
        ledger = opened(10);
        addOneOfEach(6_000);
        assertThat(keysOf(Series.ORGANIZATION_DAYS)).hasSizeGreaterThan(1);
        FutureTask<Void> writing = new FutureTask<>(() -> addOneOfEach(6_000), null);
        Thread writer = new Thread(writing, "writer");
        AtomicBoolean isRead = new AtomicBoolean();
        store = Plain.onGet(store, () -> {
            if (isRead.compareAndSet(true, false)) {
                writer.start();
                while (writer.getState() == Thread.State.RUNNABLE) {
                    Thread.onSpinWait(); // It has written, or waits for the reader.
                }
            }
        });
        ledger = opened(10);
        isRead.set(true);
        List<Long> requests = new ArrayList<>();
        ledger.read(
                Series.ORGANIZATION_DAYS,
                Optional.of("acme"),
                NOW - Duration.ofHours(10).toMillis(),
                NOW * 2,
                (subject, model, start, end, sum) -> requests.add(sum.usage().requests()));
        writing.get();
        assertThat(requests).hasSize(6_000).containsOnly(1L);
    }

    /** Else everything would go out each second until the next checkpoint. */
    @Test
    void itIsFullNoLongerThanPagesTakeItsRoom() {
        ledger = opened(30);
        callEach(20, Subject.ORGANIZATION);
        ledger.checkpoint();
        assertThat(ledger.isFull()).isTrue(); // All of it waits to be published.
        publish(new TreeMap<>());
        ledger.checkpoint();
        assertThat(ledger.isFull()).isFalse();

        callEach(20, Subject.ORGANIZATION);
        ledger.checkpoint();
        assertThat(ledger.isFull()).isTrue();
        ledger.add(1, "acme", null, null, "p/m0", call(NOW + Duration.ofHours(2).toMillis()));
        publish(new TreeMap<>());
        settleAll(new TreeMap<>());
        assertThat(ledger.isFilling()).isFalse();
        assertThat(ledger.isFull()).isFalse();
    }

    private void callEach(int models, Subject about) {
        for (int model = 0; model < models; model++) {
            ledger.add(about.bit(), "acme", "k1", null, "p/m" + model, call(NOW));
        }
    }

    private void addOneOfEach(int models) {
        ledger.lock().lock();
        try {
            for (int model = 0; model < models; model++) {
                ledger.add(1, "acme", null, null, "provider/a-model-with-a-long-name-" + model, call(NOW));
            }
            publish(new HashMap<>());
            ledger.checkpoint();
        } finally {
            ledger.lock().unlock();
        }
    }

    @Test
    void pagesGoFromMemoryWhereThereAreMoreWindowsThanMayBe() {
        ledger = opened(10);
        for (int i = 0; i < 100; i++) {
            ledger.add(1, "acme", null, null, "p/m" + i % 20, call(NOW));
            if (i % 20 == 19) {
                assertThat(ledger.isCrowded()).isTrue();
                publish(new HashMap<>());
                ledger.checkpoint();
                assertThat(ledger.isCrowded()).isFalse();
            }
        }
        assertThat(read().values()).hasSize(80).allMatch(sum -> sum.usage().requests() == 5);
    }

    @Test
    void aCorrectionChangesNothingThatIsNotKeptAnyMore() {
        ledger.add(1, "acme", null, null, "p/m", call(NOW));
        Measures correction = new Measures();
        correction.setCorrection(NOW - Duration.ofDays(30).toMillis(), 0, 1);
        ledger.add(1, "acme", null, null, "p/m", correction);
        ledger.checkpoint();

        assertThat(keysOf(Series.ORGANIZATION_MINUTES)).hasSize(1); // kept for 7 days
        assertThat(keysOf(Series.ORGANIZATION_DAYS)).hasSize(2);
    }

    @Test
    void stateOfALaterFormatIsNotMisread() {
        ledger.add(1, "acme", null, null, "p/m", call(NOW));
        ledger.checkpoint();
        byte[] key = keysOf(Series.ORGANIZATION_DAYS).get(0);
        byte[] page = store.get(key);
        page[0] = 9;
        store.put(key, page);
        assertThatThrownBy(() -> opened().add(1, "acme", null, null, "p/m", call(NOW)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("format 9");
    }

    private Ledger opened() {
        return opened(1_000_000);
    }

    private Ledger opened(int mostCells) {
        Calendars calendars = new Calendars(store, ZONES::get, (organization, history) -> {});
        calendars.recover();
        Ledger opened = new Ledger(store, calendars, Plain.retention(), mostCells, () -> clock);
        opened.recover();
        return opened;
    }

    /** By another path: the calendar's own arithmetic. */
    static long start(Series series, String organization, long time) {
        ZonedDateTime there = Instant.ofEpochMilli(time).atZone(ZONES.getOrDefault(organization, ZoneOffset.UTC));
        ZonedDateTime start = switch (series) {
            case ORGANIZATION_MINUTES -> there.truncatedTo(ChronoUnit.MINUTES);
            case ORGANIZATION_QUARTERS -> there.truncatedTo(ChronoUnit.HOURS).plusMinutes(there.getMinute() / 15 * 15);
            case ORGANIZATION_DAYS -> there.truncatedTo(ChronoUnit.DAYS);
            case ORGANIZATION_MONTHS -> there.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
            case KEY_DAYS, RULE_DAYS ->
                there.withZoneSameInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
        };
        return start.toInstant().toEpochMilli();
    }

    private Measures call(long time) {
        return call(random, time);
    }

    static Measures call(RandomGenerator random, long time) {
        Measures call = new Measures();
        call.timestamp = time;
        call.latencyMs = random.nextInt(5) == 0 ? Measures.NOT_MEASURED : random.nextLong(10_000);
        call.tokensInput = random.nextLong(10_000);
        call.tokensOutput = random.nextLong(1_000);
        call.tokensInputCached = random.nextLong(100);
        call.costPicos = random.nextLong(1_000_000_000_000L);
        call.unpricedCalls = random.nextInt(10) == 0 ? 1 : 0;
        call.status = CallStatus.values()[random.nextInt(3)];
        return call;
    }

    private void publish(Map<String, CallSum> published) {
        ledger.publishMinutes(
                ledger.changedMinutes(),
                cell -> published.put(
                        name(cell.series(), cell.subject(), cell.model(), cell.start()), copy(cell.sum())));
        ledger.publishLonger(
                ledger.changedLonger(),
                cell -> published.put(
                        name(cell.series(), cell.subject(), cell.model(), cell.start()), copy(cell.sum())));
        ledger.publishDays(
                ledger.changedDays(),
                page -> page.forEach(cell -> published.put(
                        name(cell.series(), cell.subject(), cell.model(), cell.start()), copy(cell.sum()))));
    }

    private Map<String, CallSum> read() {
        Map<String, CallSum> read = new TreeMap<>();
        for (Series series : Series.values()) {
            read.putAll(read(series, Optional.empty(), 0, NOW * 2));
        }
        return read;
    }

    private Map<String, CallSum> read(Series series, Optional<String> of, long from, long to) {
        Map<String, CallSum> read = new TreeMap<>();
        ledger.read(
                series,
                of,
                from,
                to,
                (subject, model, start, end, sum) -> assertThat(read.put(name(series, subject, model, start), sum))
                        .isNull());
        return read;
    }

    /** As questions for one window do, which pass over the others on its page. */
    private void assertEachWindowIsReadAlone(Map<String, CallSum> expected) {
        Map<String, CallSum> read = new TreeMap<>();
        for (String window : expected.keySet()) {
            String[] name = window.split(" ");
            long start = Long.parseLong(name[3]);
            read.putAll(read(Series.valueOf(name[0]), Optional.of(name[1]), start, start + 1));
        }
        assertThat(texts(read)).isEqualTo(texts(expected));
    }

    static String name(Series series, String subject, String model, long start) {
        return series + " " + subject + " " + model + " " + start;
    }

    private static CallSum copy(CallSum sum) {
        CallSum copy = new CallSum();
        copy.add(sum);
        return copy;
    }

    /** Sums have no equals: their encoded form holds all that they are, latencies in order. */
    static Map<String, String> texts(Map<String, CallSum> sums) {
        Map<String, String> texts = new TreeMap<>();
        sums.forEach((name, sum) -> texts.put(name, text(sum)));
        return texts;
    }

    static String text(CallSum sum) {
        PackedWriter usage = new PackedWriter(64);
        sum.usage().encode(usage);
        return sum.latestAt()
                + Arrays.toString(usage.toBytes())
                + Arrays.toString(sum.latency().sketchBytes());
    }

    private List<byte[]> keysOf(Series series) {
        return keys().stream()
                .filter(key -> key[0] == 'p' && key[1] == series.ordinal())
                .toList();
    }

    private List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>();
        try (KeyValueIterator<byte[], byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<byte[], byte[]> entry = all.next();
                keys.add(entry.key);
            }
        }
        return keys;
    }
}
