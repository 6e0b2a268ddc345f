package io.modelhub.aggregator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.Seeded;
import io.modelhub.aggregator.calendar.Zones;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaEventType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What holds for any life of a key: two months of it, at random. */
class QuotaLawsTest {

    private static final Instant BEGIN = Instant.parse("2026-10-20T12:00:00Z");
    private static final List<Integer> THRESHOLDS = List.of(50, 80, 95);
    private static final List<ZoneId> ZONES = List.of(
            Zones.UTC,
            ZoneId.of("America/New_York"),
            ZoneId.of("Asia/Kathmandu"),
            ZoneId.of("Pacific/Kiritimati"),
            ZoneId.of("Pacific/Pago_Pago"));

    private final RandomGenerator random = Seeded.random(getClass());

    @Test
    void eventsAndStateTellTheSameStory() {
        for (int life = 0; life < 300; life++) {
            Reader reader = new Reader();
            QuotaState state = QuotaState.begin(BEGIN, Zones.UTC);
            QuotaLimits limits = randomLimits();
            ZoneId zone = Zones.UTC;
            Instant now = BEGIN;
            for (int i = 0; i < 200; i++) {
                now = now.plusSeconds(random.nextLong(random.nextInt(10) == 0 ? 200_000 : 20_000));
                limits = random.nextInt(8) == 0 ? randomLimits() : limits;
                zone = random.nextInt(30) == 0 ? ZONES.get(random.nextInt(ZONES.size())) : zone;
                QuotaState.Step step = randomStep(state, now, zone, limits);
                reader.read(step);
                state = step.state();
                assertThat(Restart.readBack(state))
                        .as("a restart changes nothing")
                        .isEqualTo(state);
                assertThat(state.enabled()).as("enabled: no cause is open").isEqualTo(reader.open.isEmpty());
                assertThat(state.causes()).containsExactlyElementsOf(reader.open);
                assertThat(state.day().period().contains(now))
                        .as("the day is today")
                        .isTrue();
                assertThat(state.month().period().contains(now)).isTrue();
                assertOvershoot(state.day(), state.limits());
                assertOvershoot(state.month(), state.limits());
            }
        }
    }

    /** Whatever the order of the calls, and whatever the clock shows meanwhile within the periods. */
    @Test
    void theOrderOfCallsChangesNoSpend() {
        QuotaLimits limits = new QuotaLimits(true, "acme", new BigDecimal("10"), new BigDecimal("50"));
        List<Instant> times = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            times.add(BEGIN.minusSeconds(100_000).plusSeconds(random.nextLong(110_000)));
        }
        QuotaState first = spendAll(times, limits);
        for (int i = 0; i < 200; i++) {
            Collections.shuffle(times, new Random(random.nextLong()));
            QuotaState other = spendAll(times, limits);
            assertThat(other.day().spent()).isEqualTo(first.day().spent());
            assertThat(other.month().spent()).isEqualTo(first.month().spent());
            assertThat(other.day().ahead()).isEqualTo(first.day().ahead());
            assertThat(other.enabled()).isEqualTo(first.enabled());
            assertThat(other.lastUsedAt()).isEqualTo(first.lastUsedAt());
        }
    }

    /** Each call costs what its time says, so that it costs the same in any order. */
    private static QuotaState spendAll(List<Instant> times, QuotaLimits limits) {
        QuotaState state = QuotaState.begin(BEGIN, Zones.UTC)
                .at(BEGIN, Zones.UTC, limits, THRESHOLDS)
                .state();
        for (Instant time : times) {
            BigDecimal amount = BigDecimal.valueOf(time.getEpochSecond() % 1_000_000, 12);
            state = state.plus(new KeySpend(time, time, time, amount), THRESHOLDS)
                    .state();
        }
        return state;
    }

    private QuotaState.Step randomStep(QuotaState state, Instant now, ZoneId zone, QuotaLimits limits) {
        QuotaState.Step looked = state.at(now, zone, limits, THRESHOLDS);
        // From a day late to five minutes ahead; a correction is of any time.
        Instant of = now.minusSeconds(random.nextLong(-300, random.nextInt(3) == 0 ? 86_400 : 1));
        BigDecimal amount = BigDecimal.valueOf(random.nextLong(4_000_000_000_000L), 12);
        return switch (random.nextInt(6)) {
            case 0 -> looked;
            case 1 -> new QuotaState.Step(state, looked.state().readable(now), looked.changes());
            case 2 ->
                looked.then(current ->
                        current.correctedBy(of, random.nextBoolean() ? amount : amount.negate(), THRESHOLDS));
            default -> looked.then(current -> current.plus(new KeySpend(of, of, now, amount), THRESHOLDS));
        };
    }

    private QuotaLimits randomLimits() {
        return random.nextInt(10) == 0
                ? QuotaLimits.UNKNOWN
                : new QuotaLimits(true, "acme", randomLimit(20), randomLimit(200));
    }

    private BigDecimal randomLimit(int most) {
        return random.nextInt(4) == 0
                ? null
                : BigDecimal.valueOf(random.nextInt(most)).setScale(12);
    }

    private static void assertOvershoot(PeriodSpend spend, QuotaLimits limits) {
        if (spend.overshoot() != null) {
            assertThat(spend.overshoot())
                    .as("part of what is past the limit")
                    .isBetween(BigDecimal.ZERO, spend.spent().subtract(limits.limit(spend.cause())));
        }
    }

    /** One who knows the events alone. */
    private static final class Reader {

        private final EnumSet<QuotaCause> open = EnumSet.noneOf(QuotaCause.class);
        private final Set<String> ids = new HashSet<>();
        private final Map<String, Integer> latest = new HashMap<>();

        void read(QuotaState.Step step) {
            List<KeyQuotaEvent> events = QuotaRecords.events("key", step, BEGIN);
            for (KeyQuotaEvent event : events) {
                assertThat(ids.add(event.getId()))
                        .as("told once: %s", event.getId())
                        .isTrue();
                if (event.getType() == QuotaEventType.THRESHOLD_REACHED) {
                    continue;
                }
                String period = event.getCause() + " " + event.getPeriodStart();
                int n = latest.merge(period, 1, Integer::sum);
                assertThat(event.getId()).as("n has no gap").isEqualTo("key:" + period.replace(' ', ':') + ":" + n);
                if (event.getType() == QuotaEventType.KEY_DISABLED) {
                    assertThat(open.add(event.getCause()))
                            .as("was clear: %s", event)
                            .isTrue();
                } else {
                    assertThat(open.remove(event.getCause()))
                            .as("was open: %s", event)
                            .isTrue();
                }
                assertThat(event.getStillDisabled() || open.isEmpty())
                        .as("never called enabled while a cause is open: %s", event)
                        .isTrue();
            }
            if (!events.isEmpty()) {
                assertThat(events.get(events.size() - 1).getStillDisabled()).isEqualTo(!open.isEmpty());
            }
        }
    }
}
