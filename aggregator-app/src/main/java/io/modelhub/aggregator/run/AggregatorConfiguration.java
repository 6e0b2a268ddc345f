package io.modelhub.aggregator.run;

import io.modelhub.aggregator.changes.ChangeLog;
import io.modelhub.aggregator.cluster.Part;
import io.modelhub.aggregator.cluster.Peers;
import io.modelhub.aggregator.cluster.StandbyCopies;
import io.modelhub.aggregator.cluster.Whole;
import io.modelhub.aggregator.jdbc.JdbcEndpoint;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.query.DayReader;
import io.modelhub.aggregator.query.KeyQuotaReader;
import io.modelhub.aggregator.query.PriceReader;
import io.modelhub.aggregator.query.QuotaEventReader;
import io.modelhub.aggregator.query.QuotaExplanationReader;
import io.modelhub.aggregator.query.StoredRows;
import io.modelhub.aggregator.query.Stores;
import io.modelhub.aggregator.query.TopicLog;
import io.modelhub.aggregator.query.UsageReader;
import io.modelhub.aggregator.quota.QuotaStates;
import io.modelhub.aggregator.sql.KsqlStatements;
import io.modelhub.aggregator.sql.PushQueries;
import io.modelhub.aggregator.sql.SqlEngine;
import io.modelhub.aggregator.sql.StoreSources;
import io.modelhub.aggregator.topology.AggregatorTopology;
import io.modelhub.aggregator.topology.CatalogTables;
import io.modelhub.topic.Topics;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts together. */
@Configuration(proxyBeanMethods = false)
class AggregatorConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Topics topics(AggregatorSettings settings) {
        return new Topics(settings.schemaRegistry().serdes());
    }

    @Bean
    CatalogTables catalogTables(Topics topics) {
        return CatalogTables.of(topics);
    }

    @Bean
    StreamsLifecycle streamsLifecycle(
            AggregatorSettings settings,
            String address,
            Topics topics,
            CatalogTables catalog,
            KafkaProperties kafka,
            Lent<Ledger> ledgers,
            Lent<QuotaStates> quotas,
            StandbyCopies copies) {
        return new StreamsLifecycle(
                AggregatorTopology.of(topics, catalog, settings.topology(), ledgers, quotas),
                settings.retention().windows().topics(),
                StreamsProperties.of(settings, address, kafka.buildStreamsProperties()),
                copies);
    }

    /** Host:port by which other instances know this one. */
    @Bean
    String address(AggregatorSettings settings, @Value("${server.port}") int port) {
        return settings.advertised() == null ? "127.0.0.1:" + port : settings.advertised();
    }

    @Bean
    Lent<Ledger> lentLedgers() {
        return new Lent<>();
    }

    @Bean
    Lent<QuotaStates> lentQuotas() {
        return new Lent<>();
    }

    @Bean
    StandbyCopies standbyCopies() {
        return new StandbyCopies();
    }

    @Bean
    Part part(
            Lent<Ledger> ledgers,
            Lent<QuotaStates> quotas,
            StreamsLifecycle lifecycle,
            StandbyCopies copies,
            AggregatorSettings settings) {
        return new Part(ledgers, quotas, lifecycle::streams, copies, settings.peerDeadline());
    }

    @Bean
    StreamsHealth streamsReadiness(StreamsLifecycle lifecycle, AggregatorSettings settings) {
        return StreamsHealth.readiness(lifecycle, settings.readyLag());
    }

    @Bean
    StreamsHealth streamsLiveness(StreamsLifecycle lifecycle) {
        return StreamsHealth.liveness(lifecycle);
    }

    @Bean
    StreamsMeters streamsMeters(StreamsLifecycle lifecycle) {
        return new StreamsMeters(lifecycle);
    }

    @Bean
    Stores stores(StreamsLifecycle lifecycle, Part part, AggregatorSettings settings, String address) {
        return new Stores(lifecycle::streams, new Whole(part, new Peers(settings.peerDeadline()), address));
    }

    @Bean
    UsageReader usageReader(Stores stores, CatalogTables catalog, AggregatorSettings settings) {
        return new UsageReader(stores, catalog.models(), settings.retention().windows());
    }

    @Bean
    DayReader dayReader(Stores stores, CatalogTables catalog, AggregatorSettings settings) {
        return new DayReader(
                stores,
                catalog.models(),
                catalog.apiKeys().present(),
                settings.retention().windows());
    }

    @Bean
    KeyQuotaReader keyQuotaReader(Stores stores, CatalogTables catalog, AggregatorSettings settings) {
        return new KeyQuotaReader(stores, catalog.quotas(), settings.quotaClock());
    }

    @Bean
    PriceReader priceReader(Stores stores, CatalogTables catalog) {
        return new PriceReader(stores, catalog.models());
    }

    @Bean
    SqlEngine sqlEngine(
            Stores stores,
            CatalogTables catalog,
            KeyQuotaReader quotas,
            Topics topics,
            AggregatorSettings settings,
            KafkaProperties kafka,
            Clock clock) {
        QuotaEventReader events = new QuotaEventReader(
                new TopicLog(Topics.QUOTA_EVENTS, committed(kafka, Map.of())), topics.quotaEvents());
        StoredRows rows = new StoredRows(
                stores, catalog.models().present(), catalog.apiKeys().present(), catalog.organizations());
        return new SqlEngine(
                new StoreSources(rows, quotas, events), settings.sql().limits(), clock);
    }

    @Bean
    PushQueries pushQueries(
            SqlEngine engine,
            StreamsLifecycle lifecycle,
            Topics topics,
            AggregatorSettings settings,
            KafkaProperties kafka,
            Clock clock) {
        Supplier<Consumer<byte[], byte[]>> consumers = committed(
                kafka,
                Map.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        10_000));
        return new PushQueries(
                engine,
                topics,
                topic -> new ChangeLog(topic, consumers),
                settings.sql().pushLimits(),
                lifecycle::lag,
                clock);
    }

    @Bean
    Http2Streams http2Streams(AggregatorSettings settings) {
        return new Http2Streams(settings.sql().pushQueries() + settings.sql().statements() + 100);
    }

    @Bean
    ClientsThatWent clientsThatWent() {
        return new ClientsThatWent();
    }

    /** Before the web server waits for what is being answered, as push queries have no end of their own. */
    @Bean
    SmartLifecycle endOfPushQueries(PushQueries queries) {
        return new EndOfPushQueries(queries);
    }

    @Bean
    JdbcEndpoint jdbcEndpoint(SqlEngine engine, AggregatorSettings settings, String address, Clock clock) {
        return new JdbcEndpoint(engine, settings.sql().limits(), address, clock);
    }

    /** What SQL clients know this installation by. */
    @Bean
    String serviceId(AggregatorSettings settings) {
        return settings.applicationId();
    }

    @Bean
    KsqlStatements ksqlStatements(SqlEngine engine, PushQueries pushes) {
        return new KsqlStatements(engine, id -> pushes.close(id) || engine.close(id));
    }

    @Bean
    QuotaExplanationReader quotaExplanationReader(
            Stores stores,
            CatalogTables catalog,
            KeyQuotaReader quotas,
            Topics topics,
            AggregatorSettings settings,
            KafkaProperties kafka) {
        Supplier<Consumer<byte[], byte[]>> consumers = committed(kafka, Map.of());
        return new QuotaExplanationReader(
                stores,
                catalog.models(),
                quotas,
                new TopicLog(Topics.USAGE, consumers),
                new TopicLog(Topics.USAGE_CORRECTIONS, consumers),
                topics,
                settings.topology().acceptance());
    }

    /** Consumers of committed records, without a group. */
    private static Supplier<Consumer<byte[], byte[]>> committed(KafkaProperties kafka, Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(kafka.buildConsumerProperties());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.putAll(more);
        return () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
