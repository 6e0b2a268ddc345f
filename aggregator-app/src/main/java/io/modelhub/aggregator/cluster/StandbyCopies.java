package io.modelhub.aggregator.cluster;

import io.modelhub.aggregator.ledger.Ledger;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.TaskId;

/**
 * Which standby copies of ledgers in this process may be read.
 *
 * <p>Only one that has come to the end of its changelog. Before that it has read what compaction left of older records: pages that were
 * written again are missing, and with them calls whose blocks are dropped. What is at the end is not compacted yet. A copy whose
 * task becomes its owner here is none any more before anything is written to it.
 */
public final class StandbyCopies implements StandbyUpdateListener {

    private final Map<Integer, Copy> copies = new ConcurrentHashMap<>();

    /** A copy for as long as it stays at the end: it is another one after it fell behind, or was begun anew. */
    static final class Copy {
        private volatile boolean isAtEnd;
    }

    /** The copy of a partition's ledger, where it may be read. */
    Optional<Copy> readable(int partition) {
        return Optional.ofNullable(copies.get(partition)).filter(copy -> copy.isAtEnd);
    }

    @Override
    public void onUpdateStart(TopicPartition changelog, String storeName, long startingOffset) {
        if (storeName.equals(Ledger.STORE)) {
            copies.put(changelog.partition(), new Copy());
        }
    }

    /** Both offsets are of the log as read up to what is committed, and the same at its end. */
    @Override
    public void onBatchLoaded(
            TopicPartition changelog,
            String storeName,
            TaskId task,
            long batchEndOffset,
            long batchSize,
            long currentEndOffset) {
        if (storeName.equals(Ledger.STORE)) {
            boolean isAtEnd = batchEndOffset == currentEndOffset;
            copies.compute(changelog.partition(), (partition, copy) -> {
                Copy now = copy == null || !isAtEnd ? new Copy() : copy;
                now.isAtEnd = isAtEnd;
                return now;
            });
        }
    }

    @Override
    public void onUpdateSuspended(
            TopicPartition changelog, String storeName, long storeOffset, long currentEndOffset, SuspendReason reason) {
        if (storeName.equals(Ledger.STORE)) {
            copies.remove(changelog.partition());
        }
    }
}
