package io.modelhub.local.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to show.
 *
 * @param trace calls to send, CSV or NDJSON; null: the demo's own traffic
 * @param prices a LiteLLM price map; null: the demo's own prices
 * @param events at most so many; null: the whole trace, or the usual size of the own traffic
 * @param speed times the pace at which the calls were made; null: as fast as they are taken
 * @param seed of everything that is drawn at random
 * @param json where to write the results; null: nowhere
 */
public record DemoSettings(
        @Nullable Path trace,
        @Nullable Path prices,
        @Nullable Long events,
        @Nullable Double speed,
        long seed,
        @Nullable Path json) {}
