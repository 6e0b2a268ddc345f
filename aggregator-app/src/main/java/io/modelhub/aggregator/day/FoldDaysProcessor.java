package io.modelhub.aggregator.day;

import io.modelhub.aggregator.fold.FoldingProcessor;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.schema.ModelMetrics;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the calls of a partition per subject (an API key or a routing rule), quarter of an hour and model, and hands each
 * quarter on once per commit, keyed by the subject. Calls without that subject pass by.
 */
public final class FoldDaysProcessor extends FoldingProcessor<PricedCall, SubjectQuarter, ModelSums> {

    private final Function<ModelMetrics, @Nullable String> subjectOf;

    private FoldDaysProcessor(String fold, Function<ModelMetrics, @Nullable String> subjectOf) {
        super(fold);
        this.subjectOf = subjectOf;
    }

    /**
     * Key out: the subject; value out: an encoded {@link DayPart}.
     *
     * @param fold name of its store
     * @param subjectOf a call; null where it has none
     */
    public static ProcessorSupplier<byte[], PricedCall, String, byte[]> supplier(
            String fold, Function<ModelMetrics, @Nullable String> subjectOf) {
        return supplier(fold, ModelSums::new, () -> new FoldDaysProcessor(fold, subjectOf));
    }

    @Override
    public void process(Record<byte[], PricedCall> record) {
        PricedCall call = record.value();
        String subject = subjectOf.apply(call.usage());
        if (subject != null) {
            long quarter =
                    Grain.QUARTER_HOUR.startOf(call.usage().getTimestamp().toEpochMilli());
            sum(new SubjectQuarter(subject, quarter), record).add(call);
        }
    }

    @Override
    protected String keyOf(SubjectQuarter about) {
        return about.subject();
    }

    @Override
    protected byte[] encode(SubjectQuarter about, ModelSums sums) {
        return new DayPart(about.quarter(), sums).encode();
    }
}
