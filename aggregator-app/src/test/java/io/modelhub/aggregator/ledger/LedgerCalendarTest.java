package io.modelhub.aggregator.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.calendar.ZoneHistory;
import io.modelhub.aggregator.sum.Measures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** In which day and which month of its organization a call is counted, whatever happens to the organization's zone. */
class LedgerCalendarTest {

    private static final Path CASES = Path.of("src/test/resources/window-cases.txt");

    private final KeyValueStore<byte[], byte[]> store = Plain.store();
    private final Map<String, ZoneId> catalog = new ConcurrentHashMap<>();
    private final List<String> told = new ArrayList<>();
    private Ledger ledger = opened();

    @TestFactory
    Stream<DynamicTest> aCallIsInTheDayAndTheMonthOfItsOrganizationsCalendar() throws IOException {
        return Files.readAllLines(CASES).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> DynamicTest.dynamicTest(line, () -> new LedgerCalendarTest().check(line)));
    }

    /** The organization is used before its zone changes, as else nothing were decided; the ledger's task then moves to another owner. */
    private void check(String line) {
        String[] sides = line.split(" -> ");
        int last = sides[0].lastIndexOf(' ');
        String[] zones = sides[0].substring(0, last).split(" > ");
        long moment = Instant.parse(sides[0].substring(last + 1)).toEpochMilli();
        List<Long> expected = Stream.of(sides[1].split(" "))
                .map(time -> OffsetDateTime.parse(time).toInstant().toEpochMilli())
                .toList();

        catalog.put("acme", ZoneId.of(zones[0]));
        count("acme", "p/first", 0);
        for (int i = 1; i < zones.length; i++) {
            String[] change = zones[i].split(" @ ");
            catalog.put("acme", ZoneId.of(change[0]));
            ledger.calendars().follow("acme", Instant.parse(change[1]));
        }
        count("acme", "p/m", moment);
        assertThat(daysAndMonths()).isEqualTo(expected);

        ledger.beforeCommit();
        ledger = opened();
        count("acme", "p/m", moment);
        assertThat(daysAndMonths()).as("by another owner of the task").isEqualTo(expected);
        assertThat(requests()).isEqualTo(2);
    }

    @Test
    void aZoneIsDecidedWithTheFirstCallAndAtEachChangeAndThenNoMore() {
        catalog.put("acme", ZoneId.of("Asia/Kolkata"));
        ledger.calendars().follow("acme", Instant.EPOCH);
        assertThat(told).as("before any call").isEmpty();

        count("acme", "p/m", 0);
        count("acme", "p/m", 1);
        count("nobody", "p/m", 1);
        ledger.calendars().follow("acme", Instant.ofEpochMilli(10));
        catalog.put("acme", ZoneId.of("Europe/Paris"));
        catalog.put("nobody", ZoneId.of("Asia/Tokyo"));
        ledger.calendars().follow("acme", Instant.ofEpochMilli(20));
        ledger.calendars().follow("acme", Instant.ofEpochMilli(30));
        ledger.calendars().follow("nobody", Instant.ofEpochMilli(30));
        catalog.remove("acme");
        ledger.calendars().follow("acme", Instant.ofEpochMilli(40));

        assertThat(told)
                .containsExactly(
                        "acme Asia/Kolkata",
                        "nobody UTC",
                        "acme Asia/Kolkata, from 1970-01-01T00:00:00.020Z Europe/Paris",
                        "nobody UTC, from 1970-01-01T00:00:00.030Z Asia/Tokyo");
        told.clear();
        ledger.beforeCommit();
        ledger = opened();
        count("acme", "p/m", 2);
        assertThat(told).as("by another owner of the task").isEmpty();
        assertThat(ledger.calendars().history("acme").orElseThrow().latest()).isEqualTo(ZoneId.of("Europe/Paris"));
        assertThat(ledger.calendars().organizations()).containsExactlyInAnyOrder("acme", "nobody");
    }

    @Test
    void aClockThatIsSetBackDoesNotPutChangesOutOfOrder() {
        count("acme", "p/m", 0);
        catalog.put("acme", ZoneId.of("Europe/Paris"));
        ledger.calendars().follow("acme", Instant.ofEpochMilli(20));
        catalog.put("acme", ZoneId.of("Asia/Tokyo"));
        ledger.calendars().follow("acme", Instant.ofEpochMilli(10));
        assertThat(told)
                .endsWith(
                        "acme UTC, from 1970-01-01T00:00:00.020Z Europe/Paris, from 1970-01-01T00:00:00.021Z Asia/Tokyo");
    }

    private Ledger opened() {
        Calendars calendars = new Calendars(
                store, catalog::get, (organization, history) -> told.add(organization + " " + text(history)));
        calendars.recover();
        Ledger opened = new Ledger(store, calendars, Plain.retention(), 1_000_000, () -> 0);
        opened.recover();
        return opened;
    }

    private static String text(ZoneHistory history) {
        StringBuilder text = new StringBuilder(history.first().getId());
        history.changes()
                .forEach(change -> text.append(", from ")
                        .append(change.setAt())
                        .append(' ')
                        .append(change.zone()));
        return text.toString();
    }

    private void count(String organization, String model, long time) {
        Measures call = new Measures();
        call.timestamp = time;
        ledger.add(Subject.ORGANIZATION.bit(), organization, null, null, model, call);
    }

    /** Start and end of the day, then of the month of p/m; published windows say both. */
    private List<Long> daysAndMonths() {
        List<Long> bounds = new ArrayList<>();
        Consumer<Cell> add = cell -> {
            if (cell.series().unit() != null && cell.model().equals("p/m")) {
                bounds.add(cell.start());
                bounds.add(cell.end());
            }
        };
        ledger.publishMinutes(ledger.changedMinutes(), add);
        ledger.publishLonger(ledger.changedLonger(), add);
        return bounds;
    }

    private long requests() {
        long[] requests = {0};
        ledger.read(
                Series.ORGANIZATION_DAYS, Optional.of("acme"), 0, Long.MAX_VALUE, (subject, model, start, end, sum) -> {
                    if (model.equals("p/m")) {
                        requests[0] += sum.usage().requests();
                    }
                });
        return requests[0];
    }
}
