package io.modelhub.topic;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How a topic is kept by the broker. Every topic of the platform stamps its records with the append time: event times stand
 * in the values, so that an old event time can't get an accepted event deleted.
 *
 * @param name the topic
 * @param partitions fixed at creation: records are placed by the murmur2 hash of their key over this number
 * @param config the topic's own settings, by Kafka's names
 */
public record TopicDefinition(String name, int partitions, Map<String, String> config) {

    /** How long a tombstone of a compacted topic can be read. */
    private static final Duration TOMBSTONES = Duration.ofDays(30);

    public TopicDefinition {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions of " + name + " must be at least 1, not " + partitions);
        }
        config = Map.copyOf(config);
    }

    /** A history: records go after the retention. */
    static TopicDefinition history(String name, int partitions, Duration retention) {
        return of(
                name,
                partitions,
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        millis(retention)));
    }

    /** A state: the last record of each key stays. */
    static TopicDefinition state(String name, int partitions) {
        return of(
                name,
                partitions,
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.DELETE_RETENTION_MS_CONFIG,
                        millis(TOMBSTONES)));
    }

    /** A state whose records also go after the retention, which is a setting of the writer. */
    static TopicDefinition expiringState(String name, int partitions, Duration retention) {
        return of(
                name,
                partitions,
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        millis(retention)));
    }

    /** How long records are kept; empty where the last one of each key stays. */
    public Optional<Duration> retention() {
        return Optional.ofNullable(config.get(TopicConfig.RETENTION_MS_CONFIG))
                .map(millis -> Duration.ofMillis(Long.parseLong(millis)));
    }

    /** Whether a setting of the writer says how long records are kept, and the definition only what holds without it. */
    boolean isRetentionASetting() {
        return String.valueOf(config.get(TopicConfig.CLEANUP_POLICY_CONFIG)).contains(",");
    }

    /** The same topic with another retention. */
    public TopicDefinition keptFor(Duration retention) {
        Map<String, String> other = new TreeMap<>(config);
        other.put(TopicConfig.RETENTION_MS_CONFIG, millis(retention));
        return new TopicDefinition(name, partitions, other);
    }

    private static TopicDefinition of(String name, int partitions, Map<String, String> config) {
        Map<String, String> whole = new TreeMap<>(config);
        whole.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        return new TopicDefinition(name, partitions, whole);
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
