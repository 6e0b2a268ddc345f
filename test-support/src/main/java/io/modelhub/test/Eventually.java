package io.modelhub.test;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for what comes true in its own time. What a check throws, failed assertions among it, ends the wait at once. */
public final class Eventually {

    /** Bounds a hang. It is no goal of speed: that a machine with two cores is slow is no failure. */
    public static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration INTERVAL = Duration.ofMillis(50);

    private Eventually() {}

    /** @param what names the check when it fails */
    public static void holds(String what, Callable<Boolean> check) {
        waiting(what).until(check);
    }

    /**
     * The first wanted answer.
     *
     * @param what names the question, beside its last answer, when no wanted one comes
     */
    public static <T> T answers(String what, Callable<T> question, Predicate<? super T> wanted) {
        return waiting(what).until(question, wanted);
    }

    /** The first wanted answer, or else the last one: whoever compares it afterwards names the difference. */
    public static <T> T lastAnswer(Callable<T> question, Predicate<? super T> wanted) {
        AtomicReference<@Nullable T> last = new AtomicReference<>();
        try {
            return answers(
                    "a wanted answer",
                    () -> {
                        T answer = question.call();
                        last.set(answer);
                        return answer;
                    },
                    wanted);
        } catch (ConditionTimeoutException e) {
            return Objects.requireNonNull(last.get(), "no answer at all");
        }
    }

    private static ConditionFactory waiting(String what) {
        return Awaitility.await(what)
                .dontCatchUncaughtExceptions() // Threads of servers that a test kills may end in any way.
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(INTERVAL)
                .atMost(PATIENCE);
    }
}
