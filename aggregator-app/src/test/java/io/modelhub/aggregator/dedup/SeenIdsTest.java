package io.modelhub.aggregator.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.source.Call;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class SeenIdsTest {

    private static final long HORIZON = Duration.ofHours(24).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long NOW = 1_764_000_000_000L;

    private final KeyValueStore<byte[], byte[]> store = Plain.store();
    private SeenIds seen = opened();

    @Test
    void anIdIsKnownPerCanonicalKey() {
        assertThat(isRepeated("acme", "e-1", NOW, NOW)).isFalse();
        assertThat(isRepeated("acme", "e-1", NOW, NOW)).isTrue();
        assertThat(isRepeated("globex", "e-1", NOW, NOW)).isFalse();
        assertThat(isRepeated("acme", "e-2", NOW, NOW)).isFalse();
    }

    /** A UUID is kept as 16 bytes, which only its canonical form gives back. */
    @Test
    void idsThatLookAlikeAreTold() {
        String uuid = "6f1c7f52-9f0e-4d0e-8a55-1f6f3b0c2a10";
        for (String id : new String[] {
            uuid, uuid.toUpperCase(), uuid.replace("-", ""), uuid.replace('-', '_'), uuid.substring(1) + "g", uuid + " "
        }) {
            assertThat(isRepeated("acme", id, NOW, NOW)).as(id).isFalse();
            commit();
            assertThat(isRepeated("acme", id, NOW, NOW)).as(id).isTrue();
        }
    }

    @Test
    void anIdIsKnownExactlyAsLongAsItsTimeIsAcceptable() {
        assertThat(isRepeated("acme", "e-1", NOW, NOW)).isFalse();
        assertThat(isRepeated("acme", "e-1", NOW + HOUR, NOW + HORIZON)).isTrue();
        assertThat(isRepeated("acme", "e-1", NOW + HOUR, NOW + HORIZON + 1)).isFalse();
        assertThat(isRepeated("acme", "e-1", NOW + HOUR, NOW + HORIZON + 2)).isTrue();
    }

    @Test
    void aNewOwnerOfTheTaskKnowsWhatWasCommitted() {
        isRepeated("acme", "e-1", NOW, NOW);
        commit();
        seen = opened();
        assertThat(isRepeated("acme", "e-1", NOW, NOW)).isTrue();
        assertThat(isRepeated("acme", "e-2", NOW, NOW)).isFalse();
    }

    @Test
    void whatNoAcceptableCallCanRepeatIsDropped() {
        for (int hour = 0; hour < 100; hour++) {
            for (int i = 0; i < 3_000; i++) {
                assertThat(isRepeated("acme", hour + "-" + i, NOW + hour * HOUR, NOW + hour * HOUR))
                        .isFalse();
            }
            commit();
            seen.expire();
        }
        assertThat(keysInStore()).isLessThan(27 * 3);
        assertThat(isRepeated("acme", "99-0", NOW + 99 * HOUR, NOW + 99 * HOUR)).isTrue();
        assertThat(isRepeated("acme", "76-2999", NOW + 76 * HOUR, NOW + 99 * HOUR))
                .isTrue();
        assertThat(seen.size()).isLessThan(60 * 3_000);
    }

    /** Against a map: any ids, any times, commits and new owners in between. */
    @Test
    void agreesWithARuleThatRemembersEverything() {
        RandomGenerator random = Seeded.random(getClass());
        Map<String, Long> known = new HashMap<>();
        long append = NOW;
        for (int i = 0; i < 200_000; i++) {
            append += random.nextLong(2_000);
            String key = "organization-" + random.nextInt(20);
            String id = random.nextBoolean()
                    ? new UUID(7, random.nextLong(30_000)).toString()
                    : "e" + random.nextInt(30_000);
            long timestamp = append - random.nextLong(HORIZON);
            Long before = known.get(key + id);
            boolean isRepeated = before != null && before + HORIZON >= append;
            assertThat(isRepeated(key, id, timestamp, append)).isEqualTo(isRepeated);
            if (!isRepeated) {
                known.put(key + id, timestamp);
            }
            if (random.nextInt(500) == 0) {
                commit();
                seen.expire();
                if (random.nextInt(20) == 0) {
                    seen = opened();
                }
            }
        }
    }

    private SeenIds opened() {
        SeenIds opened = new SeenIds(store, HORIZON);
        opened.recover();
        return opened;
    }

    private void commit() {
        seen.beforeCommit();
    }

    private boolean isRepeated(String organization, String id, long timestamp, long append) {
        Call call = new Call();
        call.id = ("  " + id).getBytes(StandardCharsets.UTF_8);
        call.idFrom = 2;
        call.idLength = call.id.length - 2;
        call.organization = organization;
        call.measures.timestamp = timestamp;
        return seen.isRepeated(call, append);
    }

    private int keysInStore() {
        int keys = 0;
        try (KeyValueIterator<byte[], byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<byte[], byte[]> entry = all.next();
                assertThat(entry.key[0]).isEqualTo((byte) 'i');
                keys++;
            }
        }
        return keys;
    }
}
