package io.modelhub.local.torture;

import static java.util.Comparator.comparing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Something that is done to the processes, once so many events were sent. */
sealed interface Attack {

    /** After how many events. */
    int at();

    /** Until what was ended is started again. */
    Duration pause();

    /**
     * {@code kill -9} of aggregators, at one moment.
     *
     * @param victims numbers of aggregators: the first {@code count} of them that are up are killed
     * @param losesState whether their state is deleted before they are started again
     * @param isCalm whether the others are let recover from what was before; else they may be in the middle of it
     */
    record Kill(int at, Duration pause, List<Integer> victims, int count, boolean losesState, boolean isCalm)
            implements Attack {}

    /** An aggregator is told to end, as in a rolling restart; the first of the victims that is up. */
    record Restart(int at, Duration pause, List<Integer> victims) implements Attack {}

    /** {@code kill -9} of the broker. */
    record KillBroker(int at, Duration pause) implements Attack {}

    /** All attacks of a run, in their order. */
    static List<Attack> plan(RandomGenerator random, TortureSettings settings) {
        List<Attack> attacks = new ArrayList<>();
        int left = settings.kills();
        for (int i = 0; left > 0; i++) {
            // Four kills have one of each in them already.
            int count = i % 6 == 1 ? Math.min(left, Math.min(2, settings.aggregators())) : 1;
            attacks.add(new Kill(
                    moment(random, settings), pause(random), victims(random, settings), count, i % 4 == 2, i % 3 < 2));
            left -= count;
        }
        for (int i = 0; i < (settings.kills() + 4) / 5; i++) {
            attacks.add(new Restart(moment(random, settings), pause(random), victims(random, settings)));
        }
        for (int i = 0; i < settings.brokerKills(); i++) {
            attacks.add(new KillBroker(moment(random, settings), pause(random)));
        }
        attacks.sort(comparing(Attack::at));
        return attacks;
    }

    /** Not before there is something to lose, and not when all is done. */
    private static int moment(RandomGenerator random, TortureSettings settings) {
        return (int) (settings.events() * random.nextDouble(0.03, 0.98));
    }

    private static Duration pause(RandomGenerator random) {
        return Duration.ofMillis(random.nextLong(4_000));
    }

    private static List<Integer> victims(RandomGenerator random, TortureSettings settings) {
        List<Integer> victims = new ArrayList<>(
                IntStream.range(0, settings.aggregators()).boxed().toList());
        Collections.shuffle(victims, new Random(random.nextLong()));
        return List.copyOf(victims);
    }
}
