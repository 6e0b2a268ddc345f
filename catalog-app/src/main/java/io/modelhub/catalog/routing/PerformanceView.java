package io.modelhub.catalog.routing;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.modelhub.catalog.performance.ModelPerformance.Measured;
import io.modelhub.catalog.performance.Performance;
import java.time.Instant;

/**
 * How a model does at the moment.
 *
 * @param model identifier
 */
record PerformanceView(
        String model, WindowView window, @JsonUnwrapped Performance performance) {

    /**
     * @param from inclusive
     * @param to exclusive
     */
    record WindowView(Instant from, Instant to) {}

    static PerformanceView of(String model, Measured measured) {
        return new PerformanceView(model, new WindowView(measured.from(), measured.to()), measured.performance());
    }
}
