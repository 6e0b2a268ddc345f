package io.modelhub.aggregator.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.Measures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A ledger writes its store; a copy of the store gets the same writes later, as a standby does. */
class StoredLedgerTest {

    private static final int ALL = Subject.ORGANIZATION.bit() | Subject.API_KEY.bit() | Subject.ROUTING_RULE.bit();
    private static final long NOW = Instant.parse("2026-11-23T10:00:00Z").toEpochMilli();

    private final RandomGenerator random = Seeded.random(getClass());
    private final List<Write> writes = new ArrayList<>();
    private final KeyValueStore<byte[], byte[]> store =
            Plain.onWrite(Plain.store(), (key, value) -> writes.add(new Write(key, value)));
    private final KeyValueStore<byte[], byte[]> copy = Plain.store();
    private Ledger ledger = opened();
    private boolean isCheckpoint;

    /** What the logged calls in the copy add up to, by other code. */
    private final Map<String, CallSum> expected = new TreeMap<>();

    private int copied;
    private int committed;
    private long usageRead;
    private long callsCopied;

    /** How far in the usage each commit was, by how many writes there were then. */
    private final NavigableMap<Integer, Long> commits = new TreeMap<>(Map.of(0, 0L));

    /** @param value null deletes */
    private record Write(byte[] key, byte @Nullable [] value) {}

    /** The copy is read after any of its writes, within a commit too: it has every call that was logged before, and no other one. */
    @Test
    void hasEachCallOnceThatWasLoggedWhereverTheCopyIs() {
        for (int i = 0; i < 12_000; i++) {
            step(i);
            if (random.nextInt(60) == 0) {
                copyUpTo(random.nextInt(copied, committed + 1), new TreeMap<>());
                StoredLedger stored = new StoredLedger(copy);
                assertThat(LedgerTest.texts(read(stored, Set.of()))).isEqualTo(expectedTexts());
                assertThat(stored.offset())
                        .isEqualTo(commits.floorEntry(copied).getValue())
                        .isLessThanOrEqualTo(callsCopied);
            }
        }
        commit();
        copyUpTo(committed, new TreeMap<>());
        StoredLedger stored = new StoredLedger(copy);
        Map<String, String> all = LedgerTest.texts(read(stored, Set.of()));
        assertThat(all).isEqualTo(expectedTexts());
        assertThat(all).isEqualTo(LedgerTest.texts(live()));
        assertThat(stored.offset()).isEqualTo(usageRead);
        assertThat(LedgerTest.texts(read(stored, Set.of("o1", "k2", "r0", "nobody"))))
                .isNotEmpty()
                .isEqualTo(filtered(all));
    }

    /** Blocks go onto pages and are dropped while it is read: a window is as it was at the begin, or as it was after one of the blocks since. */
    @Test
    void losesAndDoublesNothingThatIsWrittenWhileItIsRead() {
        int changed = 0;
        for (int i = 0; i < 12_000; i++) {
            step(i);
            if (random.nextInt(200) == 0) {
                copyUpTo(random.nextInt(copied, committed + 1), new TreeMap<>());
                Map<String, Set<String>> possible = new TreeMap<>();
                expectedTexts()
                        .forEach((window, text) -> possible.computeIfAbsent(window, ignored -> new HashSet<>())
                                .add(text));
                Set<String> before = Set.copyOf(possible.keySet());
                StoredLedger stored = new StoredLedger(copy);
                int position = copied;
                copyUpTo(random.nextInt(copied, committed + 1), possible);
                Map<String, String> read = LedgerTest.texts(read(stored, Set.of()));
                assertThat(read.keySet()).containsAll(before);
                assertThat(read)
                        .allSatisfy((window, text) ->
                                assertThat(possible.get(window)).as(window).contains(text));
                changed += copied - position;
            }
        }
        assertThat(changed).isGreaterThan(1_000);
    }

    @Test
    void readsAPageThatStandsInSeveralValuesAndNoMoreThanMayBe() {
        for (int model = 0; model < 6_000; model++) {
            ledger.add(
                    1, "acme", null, null, "provider/a-model-with-a-long-name-" + model, LedgerTest.call(random, NOW));
        }
        ledger.checkpoint();
        ledger.add(1, "acme", null, null, "provider/another", LedgerTest.call(random, NOW));
        commit();
        copyUpTo(committed, new TreeMap<>());
        StoredLedger stored = new StoredLedger(copy);
        assertThat(LedgerTest.texts(read(stored, Set.of("acme"))))
                .hasSize(4 * 6_001)
                .isEqualTo(expectedTexts());
        int[] left = {6_000};
        assertThatThrownBy(() -> stored.read(
                        Series.ORGANIZATION_DAYS,
                        Set.of(),
                        0,
                        Long.MAX_VALUE,
                        () -> {
                            if (--left[0] < 0) {
                                throw new IllegalStateException("too many");
                            }
                        },
                        (subject, model, start, end, sum) -> {}))
                .hasMessage("too many");
    }

    @Test
    void tellsNothingOfAnEmptyStore() {
        StoredLedger stored = new StoredLedger(copy);
        assertThat(read(stored, Set.of())).isEmpty();
        assertThat(read(stored, Set.of("o1"))).isEmpty();
        assertThat(stored.offset()).isZero();
    }

    /** A call, and what else happens to a ledger. */
    private void step(int i) {
        Measures call = LedgerTest.call(random, NOW + i * 100L - random.nextLong(3_600_000));
        if (random.nextInt(10) == 0) {
            call.setCorrection(call.timestamp, -random.nextLong(3), random.nextLong(1_000_000));
        }
        int subjects = random.nextInt(1, ALL + 1);
        String organization = "o" + random.nextInt(3);
        String apiKey = "k" + random.nextInt(5);
        String rule = "r" + random.nextInt(2);
        String model = "p/m" + random.nextInt(4);
        if (random.nextBoolean()) {
            ledger.add(subjects, organization, apiKey, rule, model, call);
        } else {
            CallBlock block = new CallBlock();
            block.add(subjects, organization, apiKey, rule, model, call);
            ledger.add(block.take(), (in, owner, key, chosenBy, of, measures) -> {});
        }
        ledger.progress().read(++usageRead);
        switch (random.nextInt(200)) {
            case 0 -> {
                ledger.checkpoint();
                isCheckpoint = false;
            }
            case 1 -> {
                commit();
                ledger = opened();
                isCheckpoint = false;
            }
            case 2, 3 -> {
                ledger.beginCheckpoint();
                isCheckpoint = true;
            }
            case 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 -> {
                if (isCheckpoint) {
                    isCheckpoint = !ledger.continueCheckpoint(random.nextInt(1, 20));
                }
            }
            case 20, 21, 22, 23, 24, 25, 26, 27, 28, 29 -> commit();
            default -> {}
        }
    }

    private void commit() {
        ledger.beforeCommit();
        ledger.committed();
        committed = writes.size();
        commits.put(committed, usageRead);
    }

    private Ledger opened() {
        Calendars calendars = new Calendars(store, LedgerTest.ZONES::get, (organization, history) -> {});
        calendars.recover();
        Ledger opened = new Ledger(store, calendars, Plain.retention(), 1_000_000, () -> NOW);
        opened.recover();
        return opened;
    }

    /** @param seen gets what windows were in between */
    private void copyUpTo(int position, Map<String, Set<String>> seen) {
        for (; copied < position; copied++) {
            Write write = writes.get(copied);
            copy.put(write.key, write.value);
            if (write.value != null && write.key[0] == Ledger.LOG) {
                addExpected(write.value)
                        .forEach(window -> seen.computeIfAbsent(window, ignored -> new HashSet<>())
                                .add(LedgerTest.text(expected.get(window))));
            }
        }
    }

    private Set<String> addExpected(byte[] block) {
        Set<String> windows = new HashSet<>();
        CallBlock.read(block, (subjects, organization, apiKey, rule, model, measures) -> {
            callsCopied++;
            for (Series series : Series.values()) {
                if (series.subject().isIn(subjects)) {
                    String subject = Arrays.asList(organization, apiKey, rule)
                            .get(series.subject().ordinal());
                    String window = LedgerTest.name(
                            series, subject, model, LedgerTest.start(series, subject, measures.timestamp));
                    expected.computeIfAbsent(window, ignored -> new CallSum()).add(measures);
                    windows.add(window);
                }
            }
        });
        return windows;
    }

    /** Without windows that have corrections alone. */
    private Map<String, String> expectedTexts() {
        Map<String, CallSum> shown = new TreeMap<>(expected);
        shown.values().removeIf(sum -> sum.usage().requests() == 0);
        return LedgerTest.texts(shown);
    }

    private static Map<String, String> filtered(Map<String, String> all) {
        Map<String, String> some = new TreeMap<>(all);
        some.keySet().removeIf(window -> !window.matches("\\S+ (o1|k2|r0) .*"));
        return some;
    }

    private static Map<String, CallSum> read(StoredLedger stored, Set<String> subjects) {
        Map<String, CallSum> read = new TreeMap<>();
        for (Series series : Series.values()) {
            stored.read(
                    series,
                    subjects,
                    0,
                    NOW * 2,
                    () -> {},
                    (subject, model, start, end, sum) -> assertThat(
                                    read.put(LedgerTest.name(series, subject, model, start), sum))
                            .isNull());
        }
        return read;
    }

    private Map<String, CallSum> live() {
        Map<String, CallSum> read = new TreeMap<>();
        for (Series series : Series.values()) {
            ledger.read(
                    series,
                    Optional.empty(),
                    0,
                    NOW * 2,
                    (subject, model, start, end, sum) -> read.put(LedgerTest.name(series, subject, model, start), sum));
        }
        return read;
    }
}
