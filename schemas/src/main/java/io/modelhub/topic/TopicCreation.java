package io.modelhub.topic;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What {@link #ensure} found and did.
 *
 * @param created names of the topics that were missing and are there now
 * @param differences one sentence for each setting of an existing topic that is not as defined; nothing was changed there
 */
public record TopicCreation(List<String> created, List<String> differences) {

    private static final Duration MOST_WAITED = Duration.ofSeconds(30);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);

    public TopicCreation {
        created = List.copyOf(created);
        differences = List.copyOf(differences);
    }

    /**
     * Creates the topics that are missing, waits until they can be written to, and reports where an existing one differs. Safe
     * to call from several processes at once. Topics get the broker's default replication.
     *
     * @throws KafkaException the broker can't be reached or refuses: try again later
     * @throws InterruptedException while waiting for the broker
     */
    public static TopicCreation ensure(Admin admin, Collection<TopicDefinition> definitions)
            throws InterruptedException {
        try {
            Set<String> existing = admin.listTopics().names().get();
            List<TopicDefinition> missing = definitions.stream()
                    .filter(definition -> !existing.contains(definition.name()))
                    .toList();
            List<String> created = create(admin, missing);
            awaitLeaders(admin, missing);
            List<TopicDefinition> present = definitions.stream()
                    .filter(definition -> !created.contains(definition.name()))
                    .toList();
            return new TopicCreation(created, differences(admin, present));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }

    /** The names of those that no other process created first. */
    private static List<String> create(Admin admin, List<TopicDefinition> missing)
            throws InterruptedException, ExecutionException {
        List<NewTopic> topics = missing.stream()
                .map(definition -> new NewTopic(
                                definition.name(), Optional.of(definition.partitions()), Optional.empty())
                        .configs(definition.config()))
                .toList();
        List<String> created = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<Void>> creation :
                admin.createTopics(topics).values().entrySet()) {
            try {
                creation.getValue().get();
                created.add(creation.getKey());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        return created;
    }

    /**
     * A topic is there a little before its partitions have leaders. What an idempotent producer sends in between may arrive out
     * of its order, and wait for its delivery timeout.
     */
    private static void awaitLeaders(Admin admin, List<TopicDefinition> created)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (TopicDefinition definition : created) {
            for (int partition = 0; partition < definition.partitions(); partition++) {
                partitions.put(new TopicPartition(definition.name(), partition), OffsetSpec.latest());
            }
        }
        long end = System.nanoTime() + MOST_WAITED.toNanos();
        while (!partitions.isEmpty()) {
            try {
                admin.listOffsets(partitions).all().get(); // Asks again until each leader answers.
                return;
            } catch (ExecutionException e) {
                // A broker that has not heard of the topic yet fails the question at once.
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(BETWEEN_QUESTIONS.toMillis());
            }
        }
    }

    /**
     * Sets how long existing topics keep their records, where that is not as defined. For the writer of topics whose retention
     * is a setting of its own.
     *
     * @return one sentence for each topic that was changed
     * @throws KafkaException the broker can't be reached or refuses: try again later
     * @throws InterruptedException while waiting for the broker
     */
    public static List<String> keep(Admin admin, Collection<TopicDefinition> definitions) throws InterruptedException {
        try {
            Map<ConfigResource, TopicDefinition> byResource = new HashMap<>();
            definitions.forEach(definition -> byResource.put(resource(definition), definition));
            Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
            List<String> told = new ArrayList<>();
            admin.describeConfigs(byResource.keySet()).all().get().forEach((resource, config) -> {
                String wanted =
                        requireNonNull(byResource.get(resource)).config().get(TopicConfig.RETENTION_MS_CONFIG);
                String actual = actual(config, TopicConfig.RETENTION_MS_CONFIG);
                if (wanted != null && !wanted.equals(actual)) {
                    ConfigEntry entry = new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, wanted);
                    changes.put(resource, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET)));
                    told.add("%s has %s=%s now instead of %s"
                            .formatted(resource.name(), TopicConfig.RETENTION_MS_CONFIG, wanted, actual));
                }
            });
            admin.incrementalAlterConfigs(changes).all().get();
            return told;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }

    private static ConfigResource resource(TopicDefinition definition) {
        return new ConfigResource(ConfigResource.Type.TOPIC, definition.name());
    }

    private static String actual(Config config, String key) {
        ConfigEntry entry = config.get(key);
        return entry == null ? "nothing" : entry.value();
    }

    private static List<String> differences(Admin admin, List<TopicDefinition> present)
            throws InterruptedException, ExecutionException {
        Map<String, ConfigResource> resources = new HashMap<>();
        for (TopicDefinition definition : present) {
            resources.put(definition.name(), resource(definition));
        }
        Map<ConfigResource, Config> configs =
                admin.describeConfigs(resources.values()).all().get();
        Map<String, TopicDescription> descriptions =
                admin.describeTopics(resources.keySet()).allTopicNames().get();
        List<String> differences = new ArrayList<>();
        for (TopicDefinition definition : present) {
            int partitions = requireNonNull(descriptions.get(definition.name()))
                    .partitions()
                    .size();
            if (partitions != definition.partitions()) {
                differences.add("%s has %d partitions instead of %d"
                        .formatted(definition.name(), partitions, definition.partitions()));
            }
            Config config = requireNonNull(configs.get(resources.get(definition.name())));
            definition.config().forEach((key, wanted) -> {
                String actual = actual(config, key);
                boolean isSetting = key.equals(TopicConfig.RETENTION_MS_CONFIG) && definition.isRetentionASetting();
                if (!isSetting && !sameSetting(wanted, actual)) {
                    differences.add("%s has %s=%s instead of %s".formatted(definition.name(), key, actual, wanted));
                }
            });
        }
        return differences;
    }

    /** The order of a list ("compact,delete") says nothing. */
    private static boolean sameSetting(String wanted, String actual) {
        return Set.of(wanted.split(",")).equals(Set.of(actual.split(",")));
    }
}
