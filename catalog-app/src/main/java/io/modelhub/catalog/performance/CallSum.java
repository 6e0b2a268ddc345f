package io.modelhub.catalog.performance;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import io.modelhub.schema.UsageWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a model.
 *
 * @param failures errors and timeouts
 * @param sketch the latencies as {@code docs/topics.md} describes them; empty: none was measured
 */
record CallSum(long requests, long failures, byte[] sketch) {

    static CallSum of(UsageWindow window) {
        ByteBuffer sketch = window.getLatencySketch().duplicate();
        byte[] bytes = new byte[sketch.remaining()];
        sketch.get(bytes);
        return new CallSum(window.getRequests(), window.getErrors() + window.getTimeouts(), bytes);
    }

    /**
     * @return null: no latency
     * @throws IOException the bytes are no sketch
     */
    @Nullable
    DDSketch latencies() throws IOException {
        if (sketch.length == 0) {
            return null;
        }
        try {
            return DDSketch.decode(ByteArrayInput.wrap(sketch), UnboundedSizeDenseStore::new);
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }
}
