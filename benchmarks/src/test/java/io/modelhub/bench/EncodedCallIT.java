package io.modelhub.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.test.RegistryForTests;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class EncodedCallIT {

    @Test
    void isTheSameCallWithAnotherIdAndTime() {
        try (RegistryForTests registry = RegistryForTests.start()) {
            Topics topics = new Topics(AvroSerdes.at(registry.url()));
            ModelMetrics call = ModelMetrics.newBuilder()
                    .setEventId("first")
                    .setModel("bench/model-00")
                    .setOrganization("acme")
                    .setTimestamp(Instant.parse("2026-01-01T00:00:00Z"))
                    .setTokensInput(1_000)
                    .setTokensOutput(10)
                    .setCost(new BigDecimal("0.000000000001"))
                    .setStatus(CallStatus.Success)
                    .setSource("bench")
                    .build();
            EncodedCall encoded = new EncodedCall(call, topics);

            for (String time : new String[] {"2026-11-29T10:54:29.001Z", "2031-02-28T23:59:59.999Z"}) {
                UUID id = UUID.randomUUID();
                ProducerRecord<byte[], byte[]> record =
                        encoded.at(Instant.parse(time).toEpochMilli(), id);

                assertThat(record.key()).asString().isEqualTo("acme");
                assertThat(topics.usage().value().deserializer().deserialize(record.topic(), record.value()))
                        .isEqualTo(ModelMetrics.newBuilder(call)
                                .setEventId(id.toString())
                                .setTimestamp(Instant.parse(time))
                                .build());
            }
        }
    }
}
