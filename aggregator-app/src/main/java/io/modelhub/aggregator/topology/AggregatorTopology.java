package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.ledger.BeforeCommit;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.quota.NearLimit;
import io.modelhub.aggregator.quota.QuotaStates;
import io.modelhub.aggregator.quota.Quotas;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.topic.Topic;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The whole job, as one task for each partition of {@code modelhub.usage}: {@link CountUsageProcessor} between the topics. What a
 * task finds that is at home in another one goes there through the internal topic {@value #STRAYS}.
 *
 * <p>A function of its topics and settings: no clock, no environment. The names of operators, stores and internal topics are
 * part of the state's format; {@code aggregator-topology.txt} holds them, and a changed plan fails the build.
 */
public final class AggregatorTopology {

    private static final String COUNT = "count-usage";
    private static final String STRAYS = "strays-repartition";

    private AggregatorTopology() {}

    /**
     * The whole plan.
     *
     * @param ledgers through which its tasks lend their ledgers to readers
     * @param quotas through which they lend the states of keys
     */
    public static Topology of(
            Topics topics,
            CatalogTables catalog,
            TopologySettings settings,
            Lent<Ledger> ledgers,
            Lent<QuotaStates> quotas) {
        LoopingTopology topology = new LoopingTopology();
        catalog.models().present().addTo(topology);
        catalog.apiKeys().present().addTo(topology);
        catalog.organizations().addTo(topology);

        CountUsageProcessor.Children children = new CountUsageProcessor.Children(
                "reject-usage",
                "send-strays",
                Stream.of(Grain.values()).collect(Collectors.toMap(grain -> grain, AggregatorTopology::publish)),
                "publish-quota-keys",
                "publish-quota-events",
                "publish-calendars",
                "publish-key-usage-1d",
                "publish-rule-usage-1d");
        topology.addInternalTopic(STRAYS, Topics.PARTITIONS);
        topology.addSource(
                "usage",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.usage().name());
        topology.addSource("strays", new ByteArrayDeserializer(), new ByteArrayDeserializer(), STRAYS);
        topology.addSource(
                "corrections",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.usageCorrections().name());
        topology.addProcessor(
                COUNT,
                new Supplier(
                        () -> new CountUsageProcessor(topics, catalog, settings, children, new NearLimit(quotas)),
                        ledgers,
                        quotas),
                "usage",
                "strays",
                "corrections");
        topology.addSink(
                children.strays(),
                STRAYS,
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                Stray::partition,
                COUNT);
        addSink(topology, children.rejected(), topics.usageRejected());
        for (Grain grain : Grain.values()) {
            addPacked(topology, publish(grain), grain.topic());
        }
        addSink(topology, children.quotaStates(), topics.quotaKeys());
        addSink(topology, children.quotaEvents(), topics.quotaEvents());
        addSink(topology, children.calendars(), topics.calendars());
        addPacked(topology, children.keyDays(), Topics.KEY_USAGE_1D);
        addPacked(topology, children.ruleDays(), Topics.RULE_USAGE_1D);
        // At the end, where they move no number of what was there before; after the present ones, see LastingTable.
        catalog.models().deleted().addTo(topology);
        catalog.apiKeys().deleted().addTo(topology);
        return topology;
    }

    private static String publish(Grain grain) {
        return "publish-usage-" + grain.label();
    }

    private static <K, V> void addSink(Topology topology, String name, Topic<K, V> topic) {
        topology.addSink(
                name, topic.name(), topic.key().serializer(), topic.value().serializer(), COUNT);
    }

    /** For records that come as bytes. */
    private static void addPacked(Topology topology, String name, TopicDefinition topic) {
        topology.addSink(
                name, topic.name(), new ByteArraySerializer(), new ByteArraySerializer(), new HomePartitioner(), COUNT);
    }

    /** The processor together with its stores. */
    private record Supplier(
            java.util.function.Supplier<CountUsageProcessor> processors, Lent<Ledger> ledgers, Lent<QuotaStates> quotas)
            implements ProcessorSupplier<byte[], byte[], Object, Object> {

        @Override
        public Processor<byte[], byte[], Object, Object> get() {
            return processors.get();
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            Set<StoreBuilder<?>> stores = new LinkedHashSet<>(Quotas.stores(quotas)); // The plan shows their order.
            stores.addAll(List.of(
                    Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(Ledger.STORE), Serdes.ByteArray(), Serdes.ByteArray()),
                    BeforeCommit.builder(CountUsageProcessor.BEFORE_COMMIT),
                    ledgers.slot(Ledger.LENT)));
            return stores;
        }
    }
}
