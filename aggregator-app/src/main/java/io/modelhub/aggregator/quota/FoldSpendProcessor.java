package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.fold.FoldingProcessor;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.aggregator.window.Grain;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Adds up the spend of a partition per API key and quarter of an hour, and hands each sum on once per commit, keyed by the
 * API key. Calls without a key pass by: no quota is about them.
 */
public final class FoldSpendProcessor extends FoldingProcessor<PricedCall, KeyQuarter, SpendSum> {

    private static final String FOLD = "spend-fold";

    private FoldSpendProcessor() {
        super(FOLD);
    }

    /** Key out: the API key; value out: an encoded part of a quarter of an hour. */
    public static ProcessorSupplier<byte[], PricedCall, String, byte[]> supplier() {
        return supplier(FOLD, SpendSum::new, FoldSpendProcessor::new);
    }

    @Override
    public void process(Record<byte[], PricedCall> record) {
        PricedCall call = record.value();
        String apiKey = call.usage().getApiKey();
        if (apiKey != null) {
            long quarter =
                    Grain.QUARTER_HOUR.startOf(call.usage().getTimestamp().toEpochMilli());
            sum(new KeyQuarter(apiKey, quarter), record).add(call);
        }
    }

    @Override
    protected String keyOf(KeyQuarter about) {
        return about.apiKey();
    }

    @Override
    protected byte[] encode(KeyQuarter about, SpendSum sum) {
        return new SpendPart(about.quarter(), sum).encode();
    }
}
