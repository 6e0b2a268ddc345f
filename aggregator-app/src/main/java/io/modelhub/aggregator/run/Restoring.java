package io.modelhub.aggregator.run;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows how stores are restored from their changelogs, when work comes here. Logs each that took a while. */
final class Restoring implements StateRestoreListener {

    private static final Logger LOG = LoggerFactory.getLogger(Restoring.class);

    /** Records below which nobody wants to know. */
    private static final long LITTLE = 1_000;

    private final Map<TopicPartition, Progress> running = new ConcurrentHashMap<>();

    private record Progress(long left, long beganNanos) {}

    /** Records that are still to be restored before all stores here can be worked with. */
    long left() {
        return running.values().stream().mapToLong(Progress::left).sum();
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        running.put(partition, new Progress(to - from, System.nanoTime()));
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long to, long count) {
        running.computeIfPresent(
                partition, (ignored, before) -> new Progress(Math.max(0, before.left - count), before.beganNanos));
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {
        Progress done = running.remove(partition);
        if (done != null && total >= LITTLE) {
            LOG.info(
                    "Restored {} of partition {}: {} records in {} ms",
                    store,
                    partition.partition(),
                    total,
                    (System.nanoTime() - done.beganNanos) / 1_000_000);
        }
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long total) {
        running.remove(partition);
    }
}
