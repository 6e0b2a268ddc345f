package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.fold.Fold;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.aggregator.window.Grain;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Adds up the spend of a partition per API key and quarter of an hour, and hands each sum on once per commit, keyed by the
 * API key. Calls without a key pass by: no quota is about them.
 */
public final class FoldSpendProcessor extends ContextualProcessor<byte[], PricedCall, String, byte[]> {

    private static final String FOLD = "spend-fold";

    private Fold<KeyQuarter, SpendSum> fold;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    private FoldSpendProcessor() {}

    /** Key out: the API key; value out: an encoded part of a quarter of an hour. */
    public static ProcessorSupplier<byte[], PricedCall, String, byte[]> supplier() {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<byte[], PricedCall, String, byte[]> get() {
                return new FoldSpendProcessor();
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(Fold.builder(FOLD, SpendSum::new));
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        super.init(context);
        fold = context.getStateStore(FOLD);
        fold.flushTo(context, this::handOn);
    }

    @Override
    public void process(Record<byte[], PricedCall> record) {
        PricedCall call = record.value();
        String apiKey = call.usage().getApiKey();
        if (apiKey != null) {
            long quarter =
                    Grain.QUARTER_HOUR.startOf(call.usage().getTimestamp().toEpochMilli());
            fold.total(new KeyQuarter(apiKey, quarter), record.timestamp()).add(call);
        }
    }

    private void handOn(Map<KeyQuarter, SpendSum> sums) {
        sums.forEach((about, sum) -> context()
                .forward(new Record<>(
                        about.apiKey(), new SpendPart(about.quarter(), sum).encode(), fold.latestAppendTime())));
    }
}
