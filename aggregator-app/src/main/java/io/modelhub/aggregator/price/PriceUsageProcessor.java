package io.modelhub.aggregator.price;

import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.CatalogTable;
import io.modelhub.aggregator.source.Rejection;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.topic.Topic;
import java.util.List;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Gives each accepted call its cost and its organization. A sent cost stands; else the model's price in force at the call's
 * own time is applied; else the call is unpriced. The API key's organization, where it has one, overrides the event's.
 */
public final class PriceUsageProcessor extends ContextualProcessor<byte[], ModelMetrics, byte[], Object> {

    private final Topic<String, ModelMetrics> topic;
    private final CatalogTable<Model, CatalogModel> models;
    private final CatalogTable<APIKey, APIKey> apiKeys;
    private final List<String> priced;
    private final String rejected;

    private CatalogBook<CatalogModel> prices;
    private CatalogBook<APIKey> keys;
    private Sensor organizationMismatches;

    /**
     * @param priced names of the children that get the {@link PricedCall}
     * @param rejected name of the child that gets the calls whose cost can't be expressed
     */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    public PriceUsageProcessor(
            Topic<String, ModelMetrics> topic,
            CatalogTable<Model, CatalogModel> models,
            CatalogTable<APIKey, APIKey> apiKeys,
            List<String> priced,
            String rejected) {
        this.topic = topic;
        this.models = models;
        this.apiKeys = apiKeys;
        this.priced = List.copyOf(priced);
        this.rejected = rejected;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        super.init(context);
        prices = models.in(context);
        keys = apiKeys.in(context);
        organizationMismatches = context.metrics()
                .addRateTotalSensor(
                        "usage", context.taskId().toString(), "organization-mismatch", Sensor.RecordingLevel.INFO);
    }

    @Override
    public void process(Record<byte[], ModelMetrics> record) {
        ModelMetrics usage = record.value();
        PricedCall call;
        try {
            call = PricedCall.of(usage, organizationOf(usage), prices.find(usage.getModel()));
        } catch (ArithmeticException e) {
            Rejection rejection = new Rejection(
                    "cost_overflow", "cost", "at its model's price the call costs more than 9.2 million US dollars");
            RecordMetadata origin = context().recordMetadata().orElseThrow();
            byte[] original = topic.value().serializer().serialize(topic.name(), usage);
            context().forward(record.withValue(rejection.of(original, usage, origin, record.timestamp())), rejected);
            return;
        }
        for (String child : priced) {
            context().forward(record.withValue(call), child);
        }
    }

    private String organizationOf(ModelMetrics usage) {
        APIKey key = usage.getApiKey() == null ? null : keys.find(usage.getApiKey());
        String ofEvent = usage.getOrganization();
        if (key != null && key.getOrganization() != null) {
            if (ofEvent != null && !ofEvent.equals(key.getOrganization())) {
                organizationMismatches.record();
            }
            return key.getOrganization();
        }
        return ofEvent == null ? PricedCall.NO_ORGANIZATION : ofEvent;
    }
}
