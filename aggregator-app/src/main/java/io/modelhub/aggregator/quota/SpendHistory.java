package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.sum.Usd;
import java.math.BigDecimal;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** What the stored days of a key add up to. */
public final class SpendHistory {

    private SpendHistory() {}

    /** US dollars; closes the iterator. */
    public static BigDecimal spentIn(WindowStoreIterator<byte[]> days) {
        BigDecimal spent = Usd.ZERO;
        try (days) {
            while (days.hasNext()) {
                spent = spent.add(SpendSum.decode(days.next().value).usage().cost());
            }
        }
        return spent;
    }
}
