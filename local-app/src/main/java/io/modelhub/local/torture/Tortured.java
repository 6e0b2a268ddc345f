package io.modelhub.local.torture;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelhub.local.reconcile.Difference;
import io.modelhub.local.reconcile.Reconciled;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a torture.
 *
 * @param sent all that is on {@code modelhub.usage}
 * @param sentinels those of them that only ask whether limits hold
 * @param twists how many of each were among them
 * @param differences the first of them
 * @param more how many there are beyond
 * @param recovered seconds after each kill of an aggregator until the limits of all partitions held again
 * @param recoveredDisturbed the same where another attack came before they did, or another instance was not ready yet
 * @param restored seconds from the start of an aggregator that was killed until it was ready, its state restored
 * @param restoredFromNothing the same where its state was deleted
 */
public record Tortured(
        TortureSettings settings,
        long sent,
        long sentinels,
        Map<Twist, Long> twists,
        long duplicates,
        Attacks attacks,
        Reconciled reconciled,
        List<Difference> differences,
        long more,
        List<Double> recovered,
        List<Double> recoveredDisturbed,
        List<Double> restored,
        List<Double> restoredFromNothing,
        double seconds) {

    /** How often what was done. */
    public record Attacks(int kills, int killsAtOnce, int statesDeleted, int restarts, int brokerKills) {}

    public boolean isFlawless() {
        return differences.isEmpty();
    }

    /** One JSON object. Its names are fixed, programs read it. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("seed", settings.seed())
                .put("events", sent)
                .put("sentinels", sentinels)
                .put("duplicates_sent", duplicates)
                .put("kills", attacks.kills())
                .put("kills_at_once", attacks.killsAtOnce())
                .put("states_deleted", attacks.statesDeleted())
                .put("rolling_restarts", attacks.restarts())
                .put("broker_kills", attacks.brokerKills())
                .put("aggregators", settings.aggregators())
                .put("differences", differences.size() + more)
                .put("quota_events_expected", reconciled.quotaEventsExpected())
                .put("quota_events_found", reconciled.quotaEventsFound())
                .put("keys_replayed", reconciled.keysReplayed())
                .put("accepted", reconciled.accepted())
                .put("duplicates", reconciled.duplicates())
                .put("rejected", reconciled.rejected())
                .put("windows_compared", reconciled.windowsCompared())
                .put("keys_compared", reconciled.keysCompared())
                .put("seconds", rounded(seconds));
        ObjectNode byTwist = json.putObject("twists");
        twists.forEach((twist, count) -> byTwist.put(twist.name().toLowerCase(Locale.ROOT), count));
        put(json.putObject("limits_hold_again_s"), recovered);
        put(json.putObject("limits_hold_again_disturbed_s"), recoveredDisturbed);
        put(json.putObject("restored_s"), restored);
        put(json.putObject("restored_from_nothing_s"), restoredFromNothing);
        ArrayNode found = json.putArray("found_differences");
        differences.forEach(difference -> found.addObject()
                .put("topic", difference.topic())
                .put("key", difference.key())
                .put("field", difference.field())
                .put("expected", difference.expected())
                .put("found", difference.found()));
        return json;
    }

    private static void put(ObjectNode json, List<Double> sorted) {
        json.put("count", sorted.size());
        if (!sorted.isEmpty()) {
            json.put("p50", rounded(median(sorted)));
            json.put("max", rounded(sorted.get(sorted.size() - 1)));
        }
    }

    private static BigDecimal rounded(double value) {
        return BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_EVEN);
    }

    private static double median(List<Double> sorted) {
        return sorted.get((sorted.size() - 1) / 2);
    }

    /** For people. */
    public List<String> lines() {
        return List.of(
                "%,d events: %,d accepted, %,d of them duplicates, %,d rejected"
                        .formatted(
                                reconciled.events(),
                                reconciled.accepted(),
                                reconciled.duplicates(),
                                reconciled.rejected()),
                "%,d kills of aggregators (%,d of them two at once; %,d lost their state), %,d rolling restarts, %,d kills of the broker; %.0f s"
                        .formatted(
                                attacks.kills(),
                                attacks.killsAtOnce(),
                                attacks.statesDeleted(),
                                attacks.restarts(),
                                attacks.brokerKills(),
                                seconds),
                "limits hold again after a kill: %s; among other attacks: %s"
                        .formatted(text(recovered), text(recoveredDisturbed)),
                "a killed aggregator is ready again, its state restored: %s; with its state deleted: %s"
                        .formatted(text(restored), text(restoredFromNothing)),
                "compared %,d windows and %,d API keys, %,d of them event by event; %,d of %,d events that disable or enable one"
                        .formatted(
                                reconciled.windowsCompared(),
                                reconciled.keysCompared(),
                                reconciled.keysReplayed(),
                                reconciled.quotaEventsFound(),
                                reconciled.quotaEventsExpected()),
                "%,d differences".formatted(differences.size() + more));
    }

    private static String text(List<Double> sorted) {
        return sorted.isEmpty()
                ? "not measured"
                : "p50 %.1f s, at most %.1f s (%d)"
                        .formatted(median(sorted), sorted.get(sorted.size() - 1), sorted.size());
    }
}
