package io.modelhub.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one run found out about SQL.
 *
 * @param windows minutes of an organization and a model that there are to ask for
 * @param asked clients that ask for one window each time
 * @param nothing the same clients, asking for next to nothing
 * @param topWindows stored windows that the most expensive organizations are found in
 * @param top one client that asks for those
 * @param delays of a push query's rows
 * @param cost of many push queries
 */
record SqlMeasurement(
        SqlBenchSettings settings,
        long windows,
        Clients.Pace asked,
        Clients.Pace nothing,
        long topWindows,
        Percentiles top,
        PushDelay.Delays delays,
        PushCost cost)
        implements BenchCommand.Findings {

    @Override
    public String table() {
        return """
                %,d windows of a minute of %,d organizations and %,d models, from %,d events, on %s
                one window, %d clients          %,10.0f/s   p50 %.2f ms   p99 %.2f ms   %.0f µs of processor each
                /info, the same clients         %,10.0f/s   p50 %.2f ms   p99 %.2f ms   %.0f µs
                top 10 of an hour's organizations, over %,d stored windows: p50 %.0f ms, p99 %.0f ms
                a push query's row: beyond the commit p50 %.1f ms, p99 %.1f ms; since the call p50 %.1f ms, p99 %.1f ms
                %,.0f events/s without push queries, %,.0f with %d of them: %.1f %% less (%d pairs of %,d events, %.1f to %.1f %%);
                they got %,d rows, %,d of them before all was committed, the rest within %.1f s
                """.formatted(
                        windows,
                        settings.day().organizations(),
                        settings.day().models(),
                        settings.filled(),
                        Machine.description(),
                        settings.clients(),
                        asked.perSecond(),
                        asked.latency().p50Ms(),
                        asked.latency().p99Ms(),
                        asked.cpuMicros(),
                        nothing.perSecond(),
                        nothing.latency().p50Ms(),
                        nothing.latency().p99Ms(),
                        nothing.cpuMicros(),
                        topWindows,
                        top.p50Ms(),
                        top.p99Ms(),
                        delays.beyondCommit().p50Ms(),
                        delays.beyondCommit().p99Ms(),
                        delays.sinceCall().p50Ms(),
                        delays.sinceCall().p99Ms(),
                        cost.without(),
                        cost.with(),
                        settings.pushes(),
                        100 * cost.slowdown(),
                        cost.pairs().size(),
                        settings.batch(),
                        100 * cost.leastSlowdown(),
                        100 * cost.mostSlowdown(),
                        cost.rows(),
                        cost.meanwhile(),
                        cost.restMs() / 1e3);
    }

    @Override
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("events", settings.filled());
        figures.put("seed", settings.day().seed());
        figures.put("organizations", settings.day().organizations());
        figures.put("models", settings.day().models());
        figures.put("windows", windows);
        figures.put("clients", settings.clients());
        pace(figures, "point", asked);
        pace(figures, "info", nothing);
        figures.put("top_windows", topWindows);
        percentiles(figures, "top", top);
        percentiles(figures, "push_beyond_commit", delays.beyondCommit());
        percentiles(figures, "push_since_call", delays.sinceCall());
        figures.put("pushes", settings.pushes());
        figures.put("pushed_rows", cost.rows());
        figures.put("pushed_rows_meanwhile", cost.meanwhile());
        figures.put("pushed_rest_ms", Math.round(cost.restMs()));
        figures.put("events_per_s_without_pushes", Math.round(cost.without()));
        figures.put("events_per_s_with_pushes", Math.round(cost.with()));
        figures.put(
                "push_slowdowns",
                cost.pairs().stream()
                        .map(pair -> Measurement.rounded(pair.slowdown(), 3))
                        .toList());
        return figures;
    }

    private static void pace(Map<String, Object> figures, String what, Clients.Pace pace) {
        figures.put(what + "_per_s", Math.round(pace.perSecond()));
        percentiles(figures, what, pace.latency());
        figures.put(what + "_cpu_us", Measurement.rounded(pace.cpuMicros(), 1));
    }

    private static void percentiles(Map<String, Object> figures, String what, Percentiles latency) {
        figures.put(what + "_p50_ms", Measurement.rounded(latency.p50Ms(), 3));
        figures.put(what + "_p99_ms", Measurement.rounded(latency.p99Ms(), 3));
    }
}
