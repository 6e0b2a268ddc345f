package io.modelhub.bench;

import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.Figures;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.KeyUsageDayKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.network.Selectable;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * The peer: the same job as a good programmer would write it first, with the means of Kafka Streams' DSL, exactly once, caching on,
 * with the aggregator's own decoder and sums. It does a little less: a repeated event is known by id and time, its spend is
 * compared with the daily limit alone, and there are no days of routing rules.
 */
public final class PlainDsl {

    /** Before the names of its result topics. */
    static final String PREFIX = "plain-dsl.";

    static final List<String> RESULTS = List.of(
            PREFIX + "usage-1m", PREFIX + "usage-15m", PREFIX + "usage-1d", PREFIX + "key-days", PREFIX + "disabled");

    private static final Duration HORIZON = Duration.ofHours(24);
    private static final String SEEN = "seen-ids";
    private static final char SEPARATOR = '\0';

    private final Topics topics;
    private final Serde<ModelMetrics> usageSerde;

    private PlainDsl(Topics topics) {
        this.topics = topics;
        this.usageSerde = topics.usage().value();
    }

    /** Arguments: the broker, the registry, a folder for its state, its application id, its commit interval in milliseconds. */
    public static void main(String[] arguments) throws InterruptedException {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[3]);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, arguments[2]);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Long.parseLong(arguments[4]));
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 256L * 1024 * 1024);
        properties.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5_000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 32 * 1024 * 1024);
        properties.put(StreamsConfig.RECEIVE_BUFFER_CONFIG, Selectable.USE_DEFAULT_BUFFER_SIZE);
        properties.put(StreamsConfig.SEND_BUFFER_CONFIG, Selectable.USE_DEFAULT_BUFFER_SIZE);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), 5);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        Topology topology = new PlainDsl(new Topics(AvroSerdes.at(arguments[1]))).topology();
        KafkaStreams streams = new KafkaStreams(topology, properties);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
        new CountDownLatch(1).await();
    }

    private Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        GlobalKTable<String, Model> models = table(builder, topics.models());
        GlobalKTable<String, APIKey> keys = table(builder, topics.apiKeys());
        KStream<String, ModelMetrics> priced = builder.stream(
                        topics.usage().name(),
                        Consumed.with(Serdes.String(), usageSerde)
                                .withTimestampExtractor((record, before) -> record.value() instanceof ModelMetrics usage
                                        ? usage.getTimestamp().toEpochMilli()
                                        : before))
                .processValues(new Deduplicate())
                .leftJoin(models, (canonicalKey, usage) -> usage.getModel(), PlainDsl::priced)
                .leftJoin(keys, (canonicalKey, usage) -> String.valueOf(usage.getApiKey()), PlainDsl::owned);

        KStream<String, ModelMetrics> byOrganization = priced.selectKey(
                        (canonicalKey, usage) -> usage.getOrganization() + SEPARATOR + usage.getModel())
                .repartition(Repartitioned.with(Serdes.String(), usageSerde).withName("by-organization"));
        windows(byOrganization, Duration.ofMinutes(1), "usage-1m");
        windows(byOrganization, Duration.ofMinutes(15), "usage-15m");
        windows(byOrganization, Duration.ofDays(1), "usage-1d");

        KStream<Windowed<String>, CallSum> days = sums(
                priced.filter((canonicalKey, usage) -> usage.getApiKey() != null)
                        .selectKey((canonicalKey, usage) -> usage.getApiKey())
                        .repartition(
                                Repartitioned.with(Serdes.String(), usageSerde).withName("by-key")),
                Duration.ofDays(1),
                "key-days");
        days.map((day, sum) ->
                        KeyValue.pair(new KeyUsageDayKey(day.key(), day.window().startTime()), keyDay(day, sum)))
                .to(
                        PREFIX + "key-days",
                        Produced.with(
                                topics.keyUsage1d().key(), topics.keyUsage1d().value()));
        days.join(keys, (day, sum) -> day.key(), (sum, key) -> isOver(sum, key) ? key : null)
                .filter((day, key) -> key != null)
                .map((day, key) -> KeyValue.pair(day.key(), key.getId()))
                .to(PREFIX + "disabled", Produced.with(Serdes.String(), Serdes.String()));
        return builder.build();
    }

    private static <V> GlobalKTable<String, V> table(StreamsBuilder builder, Topic<String, V> topic) {
        return builder.globalTable(
                topic.name(),
                Consumed.with(topic.key(), topic.value()),
                Materialized.<String, V>as(Stores.inMemoryKeyValueStore(topic.name()))
                        .withKeySerde(topic.key())
                        .withValueSerde(topic.value()));
    }

    private void windows(KStream<String, ModelMetrics> calls, Duration size, String name) {
        sums(calls, size, name)
                .map((window, sum) -> KeyValue.pair(key(window), window(window, sum)))
                .to(
                        PREFIX + name,
                        Produced.with(topics.usage1m().key(), topics.usage1m().value()));
    }

    private static KStream<Windowed<String>, CallSum> sums(
            KStream<String, ModelMetrics> calls, Duration size, String name) {
        return calls.groupByKey()
                .windowedBy(TimeWindows.ofSizeAndGrace(size, HORIZON))
                .aggregate(
                        CallSum::new,
                        (key, usage, sum) -> {
                            Measures measures = Measures.of(usage);
                            BigDecimal cost = usage.getCost();
                            measures.costPicos =
                                    cost == null ? 0 : cost.unscaledValue().longValueExact();
                            sum.add(measures);
                            return sum;
                        },
                        Materialized.<String, CallSum, WindowStore<Bytes, byte[]>>as(name)
                                .withKeySerde(Serdes.String())
                                .withValueSerde(
                                        Serdes.serdeFrom((topic, sum) -> encode(sum), (topic, bytes) -> decode(bytes))))
                .toStream();
    }

    private static byte @Nullable [] encode(@Nullable CallSum sum) {
        if (sum == null) {
            return null;
        }
        PackedWriter output = new PackedWriter(64);
        sum.encode(output, 0);
        return output.toBytes();
    }

    private static @Nullable CallSum decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        CallSum sum = new CallSum();
        sum.decodeAndAdd(new PackedReader(bytes), 0);
        return sum;
    }

    private static ModelMetrics priced(ModelMetrics usage, @Nullable Model model) {
        if (usage.getCost() != null || model == null || model.getPrices().isEmpty()) {
            return usage;
        }
        ModelPrice price = model.getPrices().get(0);
        BigDecimal cached = price.getCostInputCached() == null ? price.getCostInput() : price.getCostInputCached();
        BigDecimal cost = price.getCostInput()
                .multiply(BigDecimal.valueOf(usage.getTokensInput() - usage.getTokensInputCached()))
                .add(cached.multiply(BigDecimal.valueOf(usage.getTokensInputCached())))
                .add(price.getCostOutput().multiply(BigDecimal.valueOf(usage.getTokensOutput())))
                .movePointLeft(3)
                .setScale(12, RoundingMode.HALF_EVEN);
        return ModelMetrics.newBuilder(usage).setCost(cost).build();
    }

    private static ModelMetrics owned(ModelMetrics usage, @Nullable APIKey key) {
        return key == null
                        || key.getOrganization() == null
                        || key.getOrganization().equals(usage.getOrganization())
                ? usage
                : ModelMetrics.newBuilder(usage)
                        .setOrganization(key.getOrganization())
                        .build();
    }

    private static boolean isOver(CallSum sum, APIKey key) {
        return key.getDailyQuota() != null && sum.usage().cost().compareTo(key.getDailyQuota()) >= 0;
    }

    private static UsageWindowKey key(Windowed<String> window) {
        int end = window.key().indexOf(SEPARATOR);
        return new UsageWindowKey(
                window.key().substring(0, end),
                window.key().substring(end + 1),
                window.window().startTime());
    }

    private static UsageWindow window(Windowed<String> window, CallSum sum) {
        UsageWindowKey key = key(window);
        UsageWindow record = new UsageWindow();
        Figures.set(record, "organization", key.getOrganization());
        Figures.set(record, "model", key.getModel());
        Figures.set(record, "window_start", key.getWindowStart());
        Figures.set(record, "window_end", window.window().endTime());
        Figures.put(record, sum.usage());
        Figures.put(record, sum.latency());
        return record;
    }

    private static KeyUsageDay keyDay(Windowed<String> day, CallSum sum) {
        KeyUsageDay record = new KeyUsageDay();
        Figures.set(record, "api_key", day.key());
        Figures.set(record, "window_start", day.window().startTime());
        Figures.set(record, "window_end", day.window().endTime());
        Figures.put(record, sum.usage());
        Figures.put(record, sum.latency());
        Figures.set(record, "last_used_at", sum.latestAt());
        Figures.set(record, "models", List.of());
        return record;
    }

    /** Lets an id pass once. */
    private static final class Deduplicate implements FixedKeyProcessorSupplier<String, ModelMetrics, ModelMetrics> {

        @Override
        public FixedKeyProcessor<String, ModelMetrics, ModelMetrics> get() {
            return new Deduplicator();
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(Stores.windowStoreBuilder(
                    Stores.persistentWindowStore(SEEN, HORIZON.plusHours(1), Duration.ofMinutes(1), false),
                    Serdes.String(),
                    Serdes.ByteArray()));
        }
    }

    private static final class Deduplicator extends ContextualFixedKeyProcessor<String, ModelMetrics, ModelMetrics> {

        private static final byte[] SEEN_ONCE = {1};

        private @Nullable WindowStore<String, byte[]> seen;

        @Override
        public void init(FixedKeyProcessorContext<String, ModelMetrics> context) {
            super.init(context);
            seen = context.getStateStore(SEEN);
        }

        @Override
        public void process(FixedKeyRecord<String, ModelMetrics> record) {
            Instant time = record.value().getTimestamp();
            String id = record.key() + SEPARATOR + record.value().getEventId();
            if (seen != null && seen.fetch(id, time.toEpochMilli()) == null) {
                seen.put(id, SEEN_ONCE, time.toEpochMilli());
                context().forward(record);
            }
        }
    }
}
