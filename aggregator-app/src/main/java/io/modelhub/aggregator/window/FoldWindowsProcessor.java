package io.modelhub.aggregator.window;

import io.modelhub.aggregator.fold.Fold;
import io.modelhub.aggregator.price.PricedCall;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Adds up the calls of a partition per organization, model and minute, and hands each sum on once per commit, keyed by the
 * organization. An organization's calls may come from several partitions: {@link MergeWindowsProcessor} merges the sums.
 */
public final class FoldWindowsProcessor extends ContextualProcessor<byte[], PricedCall, String, byte[]> {

    private static final String FOLD = "window-fold";

    private Fold<CallMinute, WindowSum> fold;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    private FoldWindowsProcessor() {}

    /** Key out: the organization; value out: an encoded part of a minute. */
    public static ProcessorSupplier<byte[], PricedCall, String, byte[]> supplier() {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<byte[], PricedCall, String, byte[]> get() {
                return new FoldWindowsProcessor();
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(Fold.builder(FOLD, WindowSum::new));
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
        long minute = Grain.MINUTE.startOf(call.usage().getTimestamp().toEpochMilli());
        fold.total(new CallMinute(call.organization(), call.usage().getModel(), minute), record.timestamp())
                .add(call);
    }

    private void handOn(Map<CallMinute, WindowSum> sums) {
        sums.forEach((about, sum) -> context()
                .forward(new Record<>(
                        about.organization(),
                        new MinutePart(about.model(), about.minute(), sum).encode(),
                        fold.latestAppendTime())));
    }
}
