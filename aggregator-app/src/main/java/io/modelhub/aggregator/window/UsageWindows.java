package io.modelhub.aggregator.window;

import io.modelhub.aggregator.sum.LatencySum;
import io.modelhub.aggregator.sum.UsageSum;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A window as the record that is published. */
final class UsageWindows {

    private UsageWindows() {}

    static UsageWindowKey key(WindowId window) {
        return new UsageWindowKey(window.organization(), window.model(), Instant.ofEpochMilli(window.start()));
    }

    static UsageWindow value(WindowId window, WindowSum sum) {
        UsageSum usage = sum.usage();
        LatencySum latency = sum.latency();
        return UsageWindow.newBuilder()
                .setOrganization(window.organization())
                .setModel(window.model())
                .setWindowStart(Instant.ofEpochMilli(window.start()))
                .setWindowEnd(Instant.ofEpochMilli(window.grain().endOf(window.start())))
                .setRequests(usage.requests())
                .setErrors(usage.errors())
                .setTimeouts(usage.timeouts())
                .setTokensInput(usage.tokensInput())
                .setTokensOutput(usage.tokensOutput())
                .setTokensInputCached(usage.tokensInputCached())
                .setTokensCacheWrite(usage.tokensCacheWrite())
                .setTokensReasoning(usage.tokensReasoning())
                .setCost(usage.cost())
                .setUnpricedRequests(usage.unpricedRequests())
                .setLatencyCount(latency.count())
                .setLatencySumMs(latency.sumMs())
                .setLatencyMinMs(latency.minMs())
                .setLatencyMaxMs(latency.maxMs())
                .setLatencyP50Ms(orNull(latency.quantileMs(0.50)))
                .setLatencyP95Ms(orNull(latency.quantileMs(0.95)))
                .setLatencyP99Ms(orNull(latency.quantileMs(0.99)))
                .setLatencySketch(sketch(latency))
                .build();
    }

    private static @Nullable Double orNull(OptionalDouble quantile) {
        return quantile.isPresent() ? quantile.getAsDouble() : null;
    }

    private static ByteBuffer sketch(LatencySum latency) {
        try {
            return ByteBuffer.wrap(latency.sketchBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("a sketch can't be written to memory", e);
        }
    }
}
