package io.modelhub.aggregator.window;

import io.modelhub.aggregator.sum.Figures;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import java.time.Instant;

/** A window as the record that is published. */
final class UsageWindows {

    private UsageWindows() {}

    static UsageWindowKey key(WindowId window) {
        return new UsageWindowKey(window.organization(), window.model(), Instant.ofEpochMilli(window.start()));
    }

    static UsageWindow value(WindowId window, WindowSum sum) {
        UsageWindow record = new UsageWindow();
        Figures.set(record, "organization", window.organization());
        Figures.set(record, "model", window.model());
        Figures.set(record, "window_start", Instant.ofEpochMilli(window.start()));
        Figures.set(record, "window_end", Instant.ofEpochMilli(window.grain().endOf(window.start())));
        Figures.put(record, sum.usage());
        Figures.put(record, sum.latency());
        return record;
    }
}
