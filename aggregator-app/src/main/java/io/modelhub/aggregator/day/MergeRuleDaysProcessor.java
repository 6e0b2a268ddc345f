package io.modelhub.aggregator.day;

import io.modelhub.aggregator.publish.Unpublished;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.RuleUsageDayKey;
import java.util.Set;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Keeps the days of each routing rule and publishes the changed ones at most once a second. All calls that a rule routed come
 * here, whichever partition they were in.
 */
public final class MergeRuleDaysProcessor extends ContextualProcessor<String, byte[], RuleUsageDayKey, RuleUsageDay> {

    /** {@link Days} by routing rule. */
    public static final String DAYS = "rule-usage-1d";

    private GrowingDays days;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    private MergeRuleDaysProcessor() {}

    /** Key in: the routing rule; value in: an encoded {@link DayPart}. */
    public static ProcessorSupplier<String, byte[], RuleUsageDayKey, RuleUsageDay> supplier() {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, byte[], RuleUsageDayKey, RuleUsageDay> get() {
                return new MergeRuleDaysProcessor();
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return GrowingDays.stores(DAYS);
            }
        };
    }

    @Override
    public void init(ProcessorContext<RuleUsageDayKey, RuleUsageDay> context) {
        super.init(context);
        days = GrowingDays.in(context, DAYS);
        context.schedule(
                Unpublished.PACE,
                PunctuationType.WALL_CLOCK_TIME,
                now -> days.publish((day, sums) -> publish(day, sums, now)));
    }

    @Override
    public void process(Record<String, byte[]> record) {
        days.add(record.key(), DayPart.decode(record.value()));
    }

    private void publish(DayId day, ModelSums sums, long now) {
        if (!sums.isEmpty()) { // Else its retention has passed.
            context().forward(new Record<>(DayRecords.keyOfRule(day), DayRecords.ofRule(day, sums), now));
        }
    }
}
