package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.day.FoldDaysProcessor;
import io.modelhub.aggregator.day.MergeRuleDaysProcessor;
import io.modelhub.aggregator.price.PriceUsageProcessor;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.aggregator.quota.EnforceQuotasProcessor;
import io.modelhub.aggregator.source.ReadUsageProcessor;
import io.modelhub.aggregator.window.FoldWindowsProcessor;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.aggregator.window.MergeWindowsProcessor;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * The whole job, in four parts that Kafka Streams runs as tasks per partition:
 *
 * <ol>
 *   <li>by partition of {@code modelhub.usage}: read, price, fold windows, fold the days of keys and rules;
 *   <li>by organization: merge windows, publish them;
 *   <li>by API key: enforce quotas, publish states, events and days;
 *   <li>by routing rule: merge days, publish them.
 * </ol>
 *
 * <p>A function of its topics and settings: no clock, no environment. The names of operators, stores and internal topics are
 * part of the state's format; {@code aggregator-topology.txt} holds them, and a changed plan fails the build.
 */
public final class AggregatorTopology {

    private static final String READ = "read-usage";
    private static final String PRICE = "price-usage";
    private static final String FOLD_WINDOWS = "fold-windows";
    private static final String FOLD_SPEND = "fold-spend";
    private static final String FOLD_RULES = "fold-rules";
    private static final String MERGE_WINDOWS = "merge-windows";
    private static final String ENFORCE_QUOTAS = "enforce-quotas";
    private static final String MERGE_RULE_DAYS = "merge-rule-days";
    private static final String REJECT_UNREADABLE = "reject-usage";
    private static final String REJECT_UNPRICEABLE = "reject-price";
    private static final String PUBLISH_STATES = "publish-quota-keys";
    private static final String PUBLISH_EVENTS = "publish-quota-events";
    private static final String PUBLISH_DAYS = "publish-key-usage-1d";
    private static final String PUBLISH_RULE_DAYS = "publish-rule-usage-1d";

    private AggregatorTopology() {}

    public static Topology of(Topics topics, CatalogTables catalog, TopologySettings settings) {
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(planOnly())));
        catalog.models().addTo(builder);
        catalog.apiKeys().addTo(builder);
        catalog.organizations().addTo(builder);

        KStream<byte[], PricedCall> priced = pricedCalls(builder, topics.usage(), catalog, settings);
        priced.process(FoldWindowsProcessor.supplier(), Named.as(FOLD_WINDOWS))
                .repartition(parts("window-parts"))
                .process(MergeWindowsProcessor.supplier(AggregatorTopology::publish), Named.as(MERGE_WINDOWS));
        priced.process(FoldDaysProcessor.supplier("spend-fold", ModelMetrics::getApiKey), Named.as(FOLD_SPEND))
                .repartition(parts("spend-parts"))
                .process(
                        EnforceQuotasProcessor.supplier(
                                catalog.quotas(),
                                settings.quotaClock(),
                                settings.thresholds(),
                                new EnforceQuotasProcessor.Children(PUBLISH_STATES, PUBLISH_EVENTS, PUBLISH_DAYS)),
                        Named.as(ENFORCE_QUOTAS));
        priced.process(FoldDaysProcessor.supplier("rule-fold", ModelMetrics::getRoutingRule), Named.as(FOLD_RULES))
                .repartition(parts("rule-parts"))
                .process(MergeRuleDaysProcessor.supplier(), Named.as(MERGE_RULE_DAYS));

        Topology topology = builder.build();
        addSink(topology, REJECT_UNREADABLE, topics.usageRejected(), READ);
        addSink(topology, REJECT_UNPRICEABLE, topics.usageRejected(), PRICE);
        for (Grain grain : Grain.values()) {
            addSink(topology, publish(grain), windows(topics, grain), MERGE_WINDOWS);
        }
        addSink(topology, PUBLISH_STATES, topics.quotaKeys(), ENFORCE_QUOTAS);
        addSink(topology, PUBLISH_EVENTS, topics.quotaEvents(), ENFORCE_QUOTAS);
        addSink(topology, PUBLISH_DAYS, topics.keyUsage1d(), ENFORCE_QUOTAS);
        addSink(topology, PUBLISH_RULE_DAYS, topics.ruleUsage1d(), MERGE_RULE_DAYS);
        return topology;
    }

    private static KStream<byte[], PricedCall> pricedCalls(
            StreamsBuilder builder,
            Topic<String, ModelMetrics> usage,
            CatalogTables catalog,
            TopologySettings settings) {
        KStream<byte[], ModelMetrics> accepted = mainOutput(builder.stream(
                        usage.name(),
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("usage"))
                .process(
                        () -> new ReadUsageProcessor(usage, settings.acceptance(), PRICE, REJECT_UNREADABLE),
                        Named.as(READ)));
        return mainOutput(accepted.process(
                () -> new PriceUsageProcessor(
                        usage,
                        catalog.models(),
                        catalog.apiKeys(),
                        List.of(FOLD_WINDOWS, FOLD_SPEND, FOLD_RULES),
                        REJECT_UNPRICEABLE),
                Named.as(PRICE)));
    }

    /** What the folds hand on, by the key that the next part works by. */
    private static Repartitioned<String, byte[]> parts(String name) {
        return Repartitioned.<String, byte[]>as(name)
                .withKeySerde(Serdes.String())
                .withValueSerde(Serdes.ByteArray())
                .withNumberOfPartitions(Topics.PARTITIONS);
    }

    /** These processors forward by child name: what they reject goes to a sink, the stream carries their main output alone. */
    @SuppressWarnings("unchecked")
    private static <V> KStream<byte[], V> mainOutput(KStream<byte[], Object> stream) {
        return (KStream<byte[], V>) (KStream<byte[], ?>) stream;
    }

    private static Topic<UsageWindowKey, UsageWindow> windows(Topics topics, Grain grain) {
        return switch (grain) {
            case MINUTE -> topics.usage1m();
            case QUARTER_HOUR -> topics.usage15m();
            case DAY -> topics.usage1d();
        };
    }

    private static String publish(Grain grain) {
        return "publish-usage-" + grain.label();
    }

    private static <K, V> void addSink(Topology topology, String name, Topic<K, V> topic, String parent) {
        topology.addSink(
                name, topic.name(), topic.key().serializer(), topic.value().serializer(), parent);
    }

    /** What the plan depends on; nothing here is about the process it runs in. */
    private static Properties planOnly() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "plan");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "plan:9092");
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return properties;
    }
}
