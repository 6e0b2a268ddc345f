package io.modelhub.local.reprice;

import io.modelhub.schema.UsageCorrection;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a run came to.
 *
 * @param calls that were looked at: counted, without a sent cost, of the models and the time asked for
 * @param notYetCounted records of {@code modelhub.usage} that the aggregator had not read when the run began, at least
 * @param differences what was corrected of each model for each reason
 * @param unknownModels that such calls name and the catalog doesn't know
 * @param pending why the results may not show it yet; empty where they do, and where nothing was written
 */
public record Repriced(
        long calls,
        long notYetCounted,
        Map<String, Map<String, Total>> differences,
        Set<String> unknownModels,
        String pending) {

    /** What several corrections come to. Changed in place. */
    public static final class Total {

        private long corrections;
        private long calls;
        private long nowPriced;
        private BigDecimal difference = BigDecimal.ZERO.setScale(12);

        void add(UsageCorrection correction) {
            corrections++;
            calls += correction.getRequests();
            nowPriced += correction.getOldPrice() == null ? correction.getRequests() : 0;
            difference = difference.add(correction.getDifference());
        }

        private void add(Total other) {
            corrections += other.corrections;
            calls += other.calls;
            nowPriced += other.nowPriced;
            difference = difference.add(other.difference);
        }

        /** Records on {@code modelhub.usage.corrections}. */
        public long corrections() {
            return corrections;
        }

        public long calls() {
            return calls;
        }

        /** Those of the calls that had no price. */
        public long nowPriced() {
            return nowPriced;
        }

        /** US dollars more than were charged. */
        public BigDecimal difference() {
            return difference;
        }
    }

    static void add(UsageCorrection correction, Map<String, Map<String, Total>> differences) {
        differences
                .computeIfAbsent(correction.getModel(), model -> new TreeMap<>())
                .computeIfAbsent(correction.getReason(), reason -> new Total())
                .add(correction);
    }

    Repriced pending(String why) {
        return new Repriced(calls, notYetCounted, differences, unknownModels, why);
    }

    public Total total() {
        Total total = new Total();
        differences.values().forEach(byReason -> byReason.values().forEach(total::add));
        return total;
    }
}
