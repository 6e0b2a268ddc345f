package io.modelhub.local.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.local.platform.Distribution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What is done to the processes comes from the seed alone. */
class AttackTest {

    private static final TortureSettings SETTINGS = new TortureSettings(
            Path.of("data"), new Distribution(Path.of("dist")), 7, 100_000, Duration.ofDays(5), 3, 20, 2, Set.of());

    @Test
    void thereAreAsManyKillsAsAskedFor() {
        List<Attack> attacks = Attack.plan(random(7), SETTINGS);

        assertThat(attacks.stream()
                        .filter(Attack.Kill.class::isInstance)
                        .mapToInt(attack -> ((Attack.Kill) attack).count())
                        .sum())
                .isEqualTo(20);
        assertThat(attacks).filteredOn(Attack.KillBroker.class::isInstance).hasSize(2);
        assertThat(attacks).filteredOn(Attack.Restart.class::isInstance).hasSize(4);
        assertThat(attacks).isSortedAccordingTo((one, other) -> Integer.compare(one.at(), other.at()));
        assertThat(attacks).allSatisfy(attack -> assertThat(attack.at()).isBetween(0, SETTINGS.events() - 1));
    }

    @Test
    void evenFewKillsAreOfEveryKind() {
        List<Attack> attacks = Attack.plan(
                random(7),
                new TortureSettings(
                        SETTINGS.data(),
                        SETTINGS.distribution(),
                        SETTINGS.seed(),
                        SETTINGS.events(),
                        SETTINGS.span(),
                        3,
                        4,
                        1,
                        Set.of()));
        List<Attack.Kill> kills = attacks.stream()
                .filter(Attack.Kill.class::isInstance)
                .map(Attack.Kill.class::cast)
                .toList();

        assertThat(kills).anyMatch(kill -> kill.count() == 2);
        assertThat(kills).anyMatch(Attack.Kill::losesState);
        assertThat(kills).anyMatch(Attack.Kill::isCalm);
        assertThat(kills).anyMatch(kill -> !kill.isCalm());
        assertThat(attacks).anyMatch(Attack.Restart.class::isInstance);
    }

    @Test
    void theSameSeedGivesTheSameAttacks() {
        assertThat(Attack.plan(random(7), SETTINGS)).isEqualTo(Attack.plan(random(7), SETTINGS));
        assertThat(Attack.plan(random(7), SETTINGS)).isNotEqualTo(Attack.plan(random(8), SETTINGS));
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
