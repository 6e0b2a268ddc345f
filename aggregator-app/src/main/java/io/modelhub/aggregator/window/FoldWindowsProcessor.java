package io.modelhub.aggregator.window;

import io.modelhub.aggregator.fold.FoldingProcessor;
import io.modelhub.aggregator.price.PricedCall;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Adds up the calls of a partition per organization, model and minute, and hands each sum on once per commit, keyed by the
 * organization. An organization's calls may come from several partitions: {@link MergeWindowsProcessor} merges the sums.
 */
public final class FoldWindowsProcessor extends FoldingProcessor<PricedCall, CallMinute, WindowSum> {

    private static final String FOLD = "window-fold";

    private FoldWindowsProcessor() {
        super(FOLD);
    }

    /** Key out: the organization; value out: an encoded part of a minute. */
    public static ProcessorSupplier<byte[], PricedCall, String, byte[]> supplier() {
        return supplier(FOLD, WindowSum::new, FoldWindowsProcessor::new);
    }

    @Override
    public void process(Record<byte[], PricedCall> record) {
        PricedCall call = record.value();
        long minute = Grain.MINUTE.startOf(call.usage().getTimestamp().toEpochMilli());
        sum(new CallMinute(call.organization(), call.usage().getModel(), minute), record)
                .add(call);
    }

    @Override
    protected String keyOf(CallMinute about) {
        return about.organization();
    }

    @Override
    protected byte[] encode(CallMinute about, WindowSum sum) {
        return new MinutePart(about.model(), about.minute(), sum).encode();
    }
}
