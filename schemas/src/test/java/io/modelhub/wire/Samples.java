package io.modelhub.wire;

import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Records with and without their optional parts. */
final class Samples {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00.123Z");

    private Samples() {}

    static ModelMetrics fullUsage() {
        return ModelMetrics.newBuilder()
                .setEventId("e-1")
                .setModel("openai/gpt-4o@2024-08-06")
                .setOrganization("acme")
                .setApiKey("3f0c2f3e-4a58-4b7f-9b3e-0d9a2f8c1d11")
                .setTimestamp(AT)
                .setLatencyMs(812L)
                .setTokensInput(4808)
                .setTokensOutput(10)
                .setTokensInputCached(4096)
                .setCost(new BigDecimal("-12345678901234567890123456.000000000001"))
                .setStatus(CallStatus.Timeout)
                .setErrorType("ReadTimeout")
                .setErrorMessage("délai dépassé ⏱")
                .setSource("http")
                .setAttributes(Map.of("team", "search", "empty", ""))
                .build();
    }

    /** Every optional field is null or at its default. */
    static ModelMetrics bareUsage() {
        return ModelMetrics.newBuilder()
                .setEventId("e-2")
                .setModel("m")
                .setTimestamp(AT)
                .setTokensInput(0)
                .setTokensOutput(Long.MAX_VALUE)
                .setStatus(CallStatus.Success)
                .build();
    }

    static UsageWindowKey windowKey() {
        return new UsageWindowKey("acme", "openai/gpt-4o", Instant.parse("2026-11-23T10:00:00Z"));
    }

    static UsageWindow window() {
        return UsageWindow.newBuilder()
                .setOrganization("acme")
                .setModel("openai/gpt-4o")
                .setWindowStart(Instant.parse("2026-11-23T10:00:00Z"))
                .setWindowEnd(Instant.parse("2026-11-23T10:01:00Z"))
                .setRequests(3)
                .setErrors(1)
                .setTimeouts(0)
                .setTokensInput(100)
                .setTokensOutput(20)
                .setCost(new BigDecimal("0.000000000007"))
                .setUnpricedRequests(0)
                .setLatencyCount(2)
                .setLatencySumMs(300)
                .setLatencyP50Ms(150.5)
                .setLatencySketch(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                .build();
    }

    /** A record as a program without our classes has it: raw numbers and bytes for times and money. */
    static GenericRecord generic(SpecificRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new SpecificDatumWriter<SpecificRecord>(record.getSchema(), SpecificData.getForClass(record.getClass()))
                .write(record, encoder);
        return new GenericDatumReader<GenericRecord>(record.getSchema())
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    }
}
