package io.modelhub.aggregator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.CatalogRecords;
import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.catalog.CatalogBooks;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuotasTest {

    private static final String KEY = "3f0a6a51-6c5f-4c53-9d5e-0a5a3f6b2c11";
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final KeyValueStore<byte[], byte[]> log = Plain.store();
    private final KeyValueStore<String, QuotaState> stored = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("quotas"), Serdes.String(), QuotaStateCodec.serde())
            .withLoggingDisabled()
            .build();
    private final KeyValueStore<Due, byte[]> due = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("due"), Due.serde(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    private final List<KeyQuotaEvent> events = new ArrayList<>();
    private final List<Instant> published = new ArrayList<>();
    private QuotaClock clock = QuotaClock.WALL;
    private QuotaStates states;
    private Quotas quotas;

    @BeforeEach
    void begin() {
        stored.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), stored);
        due.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), due);
        open();
    }

    /** A new owner of the task. */
    private void open() {
        states = new QuotaStates(stored, log);
        states.recover();
        QuotaCatalog.View catalog = new QuotaCatalog.View(
                CatalogBooks.of(Map.of(KEY, CatalogRecords.key(KEY, "acme", "3", "100", 1))),
                CatalogBooks.of(Map.of("acme", ZoneOffset.UTC)));
        quotas = new Quotas(
                states, new KeyQuotas(states, due, catalog, key -> true, clock, List.of(50), news(), step -> {}, NOON));
    }

    private Quotas.News news() {
        return new Quotas.News() {
            @Override
            public void event(String apiKey, KeyQuotaEvent event, Instant at) {
                events.add(event);
            }

            @Override
            public void state(String apiKey, @Nullable KeyQuotaState state, Instant at) {
                published.add(at);
            }
        };
    }

    @Test
    void spendIsEnforcedOncePerCommit() {
        for (int i = 0; i < 5; i++) {
            spend(NOON, 1);
        }
        assertThat(events).isEmpty();
        quotas.beforeCommit(NOON);
        assertThat(events)
                .extracting(event -> event.getType() + " " + event.getSpent().intValueExact())
                .containsExactly("THRESHOLD_REACHED 5", "KEY_DISABLED 5");
        quotas.beforeCommit(NOON);
        assertThat(events).hasSize(2);
    }

    @Test
    void aStateOutlivesItsTask() {
        spend(NOON, 2);
        quotas.beforeCommit(NOON);
        open();
        spend(NOON, 1);
        quotas.beforeCommit(NOON);
        assertThat(events.get(events.size() - 1).getSpent()).isEqualByComparingTo("3");
        quotas.checkpoint();
        open();
        assertThat(states.get(KEY).day().spent()).isEqualByComparingTo("3");
        assertThat(states.get(KEY).enabled()).isFalse();
        assertThat(states.keys()).containsExactly(KEY);
    }

    /** What a new owner of the task finds in the log may not have been published. */
    @Test
    void whatACrashLeftUnpublishedIsPublished() {
        spend(NOON, 1);
        quotas.beforeCommit(NOON);
        open();
        List<Integer> spent = new ArrayList<>();
        quotas.publish((apiKey, state) -> spent.add(state.getDay().getSpent().intValueExact()));
        assertThat(spent).containsExactly(1);
        quotas.publish((apiKey, state) -> spent.add(-1));
        assertThat(spent).hasSize(1);
    }

    /** A checkpoint forgets the log, but not what waits to be published. */
    @Test
    void whatACheckpointFoundUnpublishedIsPublishedByANewOwner() {
        spend(NOON, 1);
        quotas.beforeCommit(NOON);
        quotas.checkpoint();
        open();
        List<String> keys = new ArrayList<>();
        quotas.publish((apiKey, state) -> keys.add(apiKey));
        assertThat(keys).containsExactly(KEY);
        quotas.checkpoint();
        open();
        quotas.publish((apiKey, state) -> keys.add("again " + apiKey));
        assertThat(keys).hasSize(1);
    }

    /** Where the calls themselves are the clock, a call of an ended day no longer counts to it, committed together or not. */
    @Test
    void callsAreEnforcedInTheirOrder() {
        clock = QuotaClock.STREAM;
        open();
        spend(NOON, 2);
        spend(NOON.plusSeconds(86_400), 1);
        spend(NOON, 1);
        quotas.beforeCommit(NOON);
        assertThat(events)
                .extracting(event -> event.getType() + " " + event.getSpent().intValueExact())
                .containsExactly("THRESHOLD_REACHED 2");
        assertThat(states.get(KEY).month().spent()).isEqualByComparingTo("4");
    }

    /** What is spent until a disable can be read is its overshoot, and what comes later is not. */
    @Test
    void overshootEndsWithTheCommit() {
        spend(NOON, 3);
        quotas.beforeCommit(NOON);
        spend(NOON, 1);
        quotas.committed(NOON.plusMillis(10));
        quotas.beforeCommit(NOON.plusMillis(20));
        assertThat(states.get(KEY).day().overshoot()).isEqualByComparingTo("1");
        Measures later = call(NOON, 1);
        quotas.add(KEY, later, NOON.plusSeconds(1).toEpochMilli());
        quotas.beforeCommit(NOON.plusSeconds(1));
        assertThat(states.get(KEY).day().spent()).isEqualByComparingTo("5");
        assertThat(states.get(KEY).day().overshoot()).isEqualByComparingTo("1");
    }

    /** Calls turned out to have cost less, then more: the key is enabled and disabled again, and no call was made by that. */
    @Test
    void correctionsAreHeldAgainstTheLimits() {
        spend(NOON, 3);
        quotas.beforeCommit(NOON);
        correct(NOON.minusSeconds(3_600), -1);
        quotas.beforeCommit(NOON.plusSeconds(1));
        correct(NOON.minusSeconds(3_600), 5);
        quotas.beforeCommit(NOON.plusSeconds(2));

        assertThat(events)
                .extracting(event -> event.getType() + " " + event.getSpent().intValueExact() + " " + event.getReason())
                .containsExactly(
                        "THRESHOLD_REACHED 3 threshold_reached",
                        "KEY_DISABLED 3 limit_reached",
                        "KEY_ENABLED 2 correction",
                        "KEY_DISABLED 7 correction");
        assertThat(states.get(KEY).lastUsedAt()).isEqualTo(NOON);
        assertThat(states.get(KEY).day().overshoot()).isEqualByComparingTo("0");
    }

    /** Only current periods disable: what was corrected of yesterday is of this month, and not of today. */
    @Test
    void aCorrectionCountsToThePeriodsOfItsCalls() {
        spend(NOON, 1);
        correct(NOON.minusSeconds(86_400), 50);
        correct(NOON.minusSeconds(40 * 86_400), 500);
        quotas.beforeCommit(NOON);

        assertThat(states.get(KEY).day().spent()).isEqualByComparingTo("1");
        assertThat(states.get(KEY).month().spent()).isEqualByComparingTo("51");
        assertThat(states.get(KEY).enabled()).isTrue();
    }

    private void correct(Instant time, long dollars) {
        Measures correction = new Measures();
        correction.setCorrection(time.toEpochMilli(), 0, dollars * 1_000_000_000_000L);
        quotas.add(KEY, correction, NOON.toEpochMilli());
    }

    private void spend(Instant time, long dollars) {
        quotas.add(KEY, call(time, dollars), time.toEpochMilli());
    }

    private static Measures call(Instant time, long dollars) {
        Measures call = new Measures();
        call.timestamp = time.toEpochMilli();
        call.costPicos = dollars * 1_000_000_000_000L;
        return call;
    }
}
