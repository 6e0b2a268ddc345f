package io.modelhub.aggregator.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.sum.Measures;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class FinalWindowsTest {

    private static final long DAY = Instant.parse("2026-11-23T00:00:00Z").toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long HORIZON = Duration.ofHours(24).toMillis();
    private static final Map<String, ZoneId> ZONES =
            Map.of("o1", ZoneId.of("Asia/Kolkata"), "o2", ZoneId.of("America/New_York"));

    private final RandomGenerator random = Seeded.random(getClass());
    private final KeyValueStore<byte[], byte[]> store = Plain.store();
    private Ledger ledger;
    private FinalWindows finals;

    FinalWindowsTest() {
        reopen(HORIZON);
    }

    /**
     * Time goes on in steps of any length, other owners take over, pages are in memory or not: each window is handed out once, not
     * before it has ended, with all its calls.
     */
    @Test
    void everyWindowIsHandedOutOnceAfterItsEnd() {
        finals.begin(DAY);
        Map<String, Long> calls = new TreeMap<>();
        Map<String, Long> requests = new TreeMap<>();
        for (int i = 0; i < 5_000; i++) {
            long time = DAY + random.nextLong(3 * 24 * HOUR);
            count("o" + random.nextInt(3), "p/m" + random.nextInt(3), time);
        }
        publish(cell -> calls.put(name(cell), cell.sum().usage().requests()));

        long closed = DAY;
        while (closed < DAY + Duration.ofDays(35).toMillis()) {
            closed += random.nextLong(12 * HOUR);
            long upTo = closed;
            if (finals.isDue(closed)) {
                begin(closed);
            }
            if (random.nextInt(5) == 0) {
                count("o1", "p/far-ahead", closed + HORIZON);
            }
            do {
                finals.handOut(100, cell -> {
                    if (!cell.model().equals("p/far-ahead")) {
                        assertThat(cell.end()).isLessThanOrEqualTo(upTo);
                        assertThat(finals.isFinal(cell)).isTrue();
                        assertThat(requests.put(name(cell), cell.sum().usage().requests()))
                                .as(name(cell))
                                .isNull();
                    }
                });
            } while (random.nextBoolean());
            if (random.nextInt(10) == 0 && !finals.isDue(closed)) {
                drain(requests);
                ledger.beforeCommit();
                reopen(HORIZON);
            }
        }
        drain(requests);
        if (finals.isDue(closed)) {
            begin(closed);
        }
        drain(requests);
        assertThat(requests).isEqualTo(calls);
    }

    private void drain(Map<String, Long> requests) {
        while (finals.isBusy()) {
            finals.handOut(100, cell -> {
                if (!cell.model().equals("p/far-ahead")) {
                    requests.put(name(cell), cell.sum().usage().requests());
                }
            });
        }
    }

    /** As the task does: all is published and written before. */
    private void begin(long closed) {
        publish(cell -> {});
        ledger.checkpoint();
        finals.begin(closed);
    }

    @Test
    void whatChangesInMemoryWhileAStepIsHandedOutIsNotHandedOutAsItWas() {
        finals.begin(DAY);
        for (int i = 0; i < 3_000; i++) {
            count("o%04d".formatted(i), "p/m", DAY);
        }
        begin(DAY + HOUR);
        List<String> handedOut = new ArrayList<>();
        finals.handOut(2_000, cell -> handedOut.add(cell.subject()));
        assertThat(handedOut).as("a part of the step").hasSizeLessThan(3_000).isNotEmpty();
        assertThat(finals.isDue(DAY + HOUR)).as("a step has begun").isFalse();

        count("o2999", "p/m", DAY);
        long[] requests = {0};
        while (finals.isBusy()) {
            finals.handOut(2_000, cell -> {
                handedOut.add(cell.subject());
                if (cell.series() == Series.ORGANIZATION_QUARTERS
                        && cell.subject().equals("o2999")) {
                    requests[0] = cell.sum().usage().requests();
                }
            });
        }
        assertThat(handedOut).as("minutes and quarters of an hour").hasSize(2 * 3_000);
        assertThat(requests[0]).isEqualTo(2);
        publish(cell -> assertThat(finals.isFinal(cell)).isEqualTo(cell.end() <= DAY + HOUR));
    }

    @Test
    void aLongerHorizonOpensWindowsAgain() {
        finals.begin(DAY);
        count("o", "p/m", DAY);
        begin(DAY + HOUR);
        List<Series> handedOut = new ArrayList<>();
        finals.handOut(100, cell -> handedOut.add(cell.series()));
        assertThat(handedOut).containsExactly(Series.ORGANIZATION_MINUTES, Series.ORGANIZATION_QUARTERS);

        reopen(3 * HORIZON);
        count("o", "p/m", DAY);
        publish(cell -> assertThat(finals.isFinal(cell)).isFalse());
        handedOut.clear();
        assertThat(finals.isDue(DAY + HOUR - 2 * HORIZON)).isFalse();
        begin(DAY + HOUR);
        finals.handOut(100, cell -> handedOut.add(cell.series()));
        assertThat(handedOut).containsExactly(Series.ORGANIZATION_MINUTES, Series.ORGANIZATION_QUARTERS);
    }

    private void reopen(long horizonMs) {
        Calendars calendars = new Calendars(store, ZONES::get, (organization, history) -> {});
        calendars.recover();
        ledger = new Ledger(store, calendars, Plain.retention(), 1_000_000, () -> DAY);
        ledger.recover();
        finals = new FinalWindows(store, ledger, horizonMs);
        finals.recover();
    }

    private void count(String organization, String model, long time) {
        Measures call = new Measures();
        call.timestamp = time;
        ledger.add(Subject.ORGANIZATION.bit(), organization, null, null, model, call);
    }

    private void publish(Consumer<Cell> publisher) {
        ledger.publishMinutes(ledger.changedMinutes(), publisher);
        ledger.publishLonger(ledger.changedLonger(), publisher);
    }

    private static String name(Cell cell) {
        return "%s %s %s %s".formatted(cell.series(), cell.subject(), cell.model(), Instant.ofEpochMilli(cell.start()));
    }
}
