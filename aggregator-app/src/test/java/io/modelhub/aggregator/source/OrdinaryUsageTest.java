package io.modelhub.aggregator.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.Calls;
import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.Seeded;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.wire.WireFormat;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.Test;

/** The reader of ordinary records says nothing else than the general decoder and the rules, or it says nothing. */
class OrdinaryUsageTest {

    private static final int SCHEMA_ID = 7;

    private final RandomGenerator random = Seeded.random(getClass());
    private final OrdinaryUsage ordinary = new OrdinaryUsage(SCHEMA_ID);

    @Test
    void readsOrdinaryRecordsAsTheGeneralDecoderDoes() {
        for (int i = 0; i < 10_000; i++) {
            ModelMetrics usage = ordinary().build();
            Call read = new Call();
            assertThat(ordinary.read(Plain.wireFormat(SCHEMA_ID, usage), read)).isTrue();
            assertThat(text(read)).isEqualTo(text(general(usage)));
        }
    }

    @Test
    void leavesWhatIsOutOfTheOrdinaryToOthers() {
        assertOdd(ordinary().setEventId(""));
        assertOdd(ordinary().setModel("p/modèle"));
        assertOdd(ordinary().setOrganization("a\nb"));
        assertOdd(ordinary().setApiKey("k".repeat(257)));
        assertOdd(ordinary().setRoutingRule("\u007f"));
        assertOdd(ordinary().setTokensInput(-1));
        assertOdd(ordinary().setTokensOutput(UsageRules.MAX_TOKENS + 1));
        assertOdd(ordinary().setTokensInput(5).setTokensInputCached(6));
        assertOdd(ordinary().setTokensInput(5).setTokensInputCached(3).setTokensCacheWrite(3));
        assertOdd(ordinary().setTokensOutput(5).setTokensReasoning(6));
        assertOdd(ordinary().setLatencyMs(-1L));
        assertOdd(ordinary().setCost(new BigDecimal("-0.000000000001")));
        assertOdd(ordinary().setCost(new BigDecimal("1000000.000000000001")));
        assertOdd(ordinary().setAttributes(Map.of("team", "search")));
        byte[] value = Plain.wireFormat(SCHEMA_ID, ordinary().build());
        assertThat(ordinary.read(null, new Call())).isFalse();
        assertThat(ordinary.read(new byte[3], new Call())).isFalse();
        assertThat(new OrdinaryUsage(SCHEMA_ID + 1).read(value, new Call())).isFalse();
    }

    /** Bytes are flipped, cut off and added: whatever is still read is what the general decoder reads, and keeps the rules. */
    @Test
    void believesNoByteThatTheGeneralDecoderWouldNot() {
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] value = Plain.wireFormat(SCHEMA_ID, ordinary().build());
            if (random.nextInt(4) == 0) {
                value = Arrays.copyOf(value, random.nextInt(value.length + 4));
            } else {
                for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                    value[random.nextInt(WireFormat.HEADER_BYTES, value.length)] = (byte) random.nextInt(256);
                }
            }
            Call call = new Call();
            if (ordinary.read(value, call)) {
                read++;
                ModelMetrics usage = decoded(value).orElseThrow();
                assertThat(UsageRules.broken(usage)).isEmpty();
                assertThat(text(call)).isEqualTo(text(general(usage)));
            }
        }
        assertThat(read).as("records that are still ordinary").isGreaterThan(100);
    }

    private void assertOdd(ModelMetrics.Builder usage) {
        assertThat(ordinary.read(Plain.wireFormat(SCHEMA_ID, usage.build()), new Call()))
                .as(usage.toString())
                .isFalse();
    }

    private ModelMetrics.Builder ordinary() {
        long input = random.nextLong(1L << random.nextInt(1, 29));
        long output = random.nextLong(1L << random.nextInt(1, 29));
        return Calls.call()
                .setEventId("e-" + Long.toHexString(random.nextLong()))
                .setModel("p/m" + random.nextInt(40_000))
                .setOrganization(random.nextBoolean() ? "organization-" + random.nextInt(9) : null)
                .setApiKey(random.nextBoolean() ? "key " + random.nextInt(9) : null)
                .setRoutingRule(random.nextBoolean() ? "r" + random.nextInt(9) : null)
                .setTimestamp(Instant.ofEpochMilli(random.nextLong(1L << 42)))
                .setLatencyMs(random.nextBoolean() ? random.nextLong(100_000) : null)
                .setTokensInput(input)
                .setTokensInputCached(input / 2)
                .setTokensCacheWrite(input / 4)
                .setTokensOutput(output)
                .setTokensReasoning(output / 3)
                .setCost(
                        random.nextBoolean()
                                ? BigDecimal.valueOf(random.nextLong(1L << random.nextInt(1, 59)), 12)
                                : null)
                .setStatus(CallStatus.values()[random.nextInt(3)])
                .setErrorType(random.nextInt(3) == 0 ? "RateLimitError" : null)
                .setErrorMessage(random.nextInt(3) == 0 ? "trop de requêtes" : null)
                .setSource("test");
    }

    private static Optional<ModelMetrics> decoded(byte[] value) {
        BinaryDecoder decoder = DecoderFactory.get()
                .binaryDecoder(value, WireFormat.HEADER_BYTES, value.length - WireFormat.HEADER_BYTES, null);
        try {
            return Optional.of(new SpecificDatumReader<ModelMetrics>(
                            ModelMetrics.getClassSchema(),
                            ModelMetrics.getClassSchema(),
                            SpecificData.getForClass(ModelMetrics.class))
                    .read(null, decoder));
        } catch (IOException | AvroRuntimeException e) {
            return Optional.empty();
        }
    }

    private static Call general(ModelMetrics usage) {
        Call call = new Call();
        call.set(usage);
        return call;
    }

    private static String text(Call call) {
        return "%s %s %s %s %s %d %d %d %d %d %d %d %d %s"
                .formatted(
                        new String(call.id, call.idFrom, call.idLength, StandardCharsets.UTF_8),
                        call.model,
                        call.organization,
                        call.apiKey,
                        call.routingRule,
                        call.sentCostPicos,
                        call.measures.timestamp,
                        call.measures.latencyMs,
                        call.measures.tokensInput,
                        call.measures.tokensOutput,
                        call.measures.tokensInputCached,
                        call.measures.tokensCacheWrite,
                        call.measures.tokensReasoning,
                        call.measures.status);
    }
}
