package io.modelhub.local.reconcile;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What a reconciliation came to.
 *
 * @param asOf the ends of {@code modelhub.usage} that it is about, exclusive
 * @param events records on {@code modelhub.usage}
 * @param accepted those that may count, copies included
 * @param duplicates copies of accepted events, which don't count
 * @param rejected those that don't count
 * @param windowsCompared of all grains
 * @param keysCompared API keys
 * @param keysReplayed those of them whose every quota event is known from the order of their calls
 * @param quotaEventsExpected events that disable or enable a key
 * @param quotaEventsFound those on the topic
 * @param differences how many were named
 * @param seconds from the moment that the results covered the log
 */
public record Reconciled(
        Map<TopicPartition, Long> asOf,
        long events,
        long accepted,
        long duplicates,
        long rejected,
        long windowsCompared,
        long keysCompared,
        long keysReplayed,
        long quotaEventsExpected,
        long quotaEventsFound,
        long differences,
        double seconds) {}
