package io.modelhub.aggregator;

import io.modelhub.aggregator.ledger.Calendars;
import io.modelhub.aggregator.window.Retention;
import io.modelhub.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** What tests without network use in place of the registry and of the broker. */
public final class Plain {

    private Plain() {}

    /** A record in the wire format, under a schema id of the test's choice. */
    public static byte[] wireFormat(int schemaId, SpecificRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(WireFormat.HEADER_BYTES)
                .put(WireFormat.MAGIC)
                .putInt(schemaId)
                .array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new SpecificDatumWriter<>(record.getSchema(), SpecificData.getForClass(record.getClass()))
                    .write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** An open store in memory. */
    public static KeyValueStore<byte[], byte[]> store() {
        KeyValueStore<byte[], byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("ledger"), Serdes.ByteArray(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        store.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), store);
        return store;
    }

    /** The same store, where something happens each time that a value was got. */
    @SuppressWarnings("unchecked")
    public static KeyValueStore<byte[], byte[]> onGet(KeyValueStore<byte[], byte[]> store, Runnable then) {
        return (KeyValueStore<byte[], byte[]>) Proxy.newProxyInstance(
                Plain.class.getClassLoader(), new Class<?>[] {KeyValueStore.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(store, arguments);
                    if (method.getName().equals("get")) {
                        then.run();
                    }
                    return result;
                });
    }

    /** The same store, where each write is told of: the key, and the value or null. */
    @SuppressWarnings("unchecked")
    public static KeyValueStore<byte[], byte[]> onWrite(
            KeyValueStore<byte[], byte[]> store, BiConsumer<byte[], byte @Nullable []> then) {
        return (KeyValueStore<byte[], byte[]>) Proxy.newProxyInstance(
                Plain.class.getClassLoader(), new Class<?>[] {KeyValueStore.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(store, arguments);
                    switch (method.getName()) {
                        case "put" -> then.accept((byte[]) arguments[0], (byte[]) arguments[1]);
                        case "delete" -> then.accept((byte[]) arguments[0], null);
                        default -> {}
                    }
                    return result;
                });
    }

    /** Those of organizations that the catalog doesn't know. */
    public static Calendars utc(KeyValueStore<byte[], byte[]> store) {
        return new Calendars(store, organization -> null, (organization, history) -> {});
    }

    /** As the settings are by default. */
    public static Retention retention() {
        return new Retention(Duration.ofDays(7), Duration.ofDays(70), Duration.ofDays(400), Duration.ofDays(1200));
    }
}
