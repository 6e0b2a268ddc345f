package io.modelhub.bench;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What one run found out.
 *
 * @param consumerRate events per second of one thread that reads the bytes
 * @param decodeRate events per second of one thread that reads and decodes
 * @param aggregator from the first event read to the last result readable
 * @param idle from an event to its KEY_DISABLED readable, with nothing else to do
 * @param loaded the same at half the measured throughput
 * @param peer a plain DSL application of the same job
 * @param stateBytes local state on disk after an orderly stop
 * @param changelogBytes the same state on the broker, with all that was written over
 * @param peakResidentMb the most memory that the aggregator's process held; empty where the operating system doesn't say
 * @param total of all events, as the results and an independent sum say
 */
record Measurement(
        BenchSettings settings,
        double consumerRate,
        double decodeRate,
        AggregatorRun.Stretch aggregator,
        Percentiles idle,
        Percentiles loaded,
        Peer peer,
        long stateBytes,
        long changelogBytes,
        OptionalLong peakResidentMb,
        Spend total)
        implements BenchCommand.Findings {

    /**
     * At its best.
     *
     * @param rate events per second
     */
    record Peer(double rate, Duration commitInterval) {}

    private double aggregatorRate() {
        return aggregator.perSecond();
    }

    private double cpuPerMillion(Duration cpu) {
        return seconds(cpu) * 1e6 / aggregator.events();
    }

    private double perMillion(double bytes) {
        return bytes * 1e6 / settings.logged();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    @Override
    public String table() {
        String memory =
                peakResidentMb.isPresent() ? ", %,d MiB of memory at most".formatted(peakResidentMb.getAsLong()) : "";
        return """
                %,d events of %,d organizations, %,d models, %,d API keys on %s
                                                    events/s     share
                a  a plain consumer, one thread   %,10.0f
                b  the same, decoding             %,10.0f
                c  the aggregator, exactly once   %,10.0f    c/a %.3f   c/b %.3f   c/d %.1f   (%,.0f before, warming up)
                d  a plain DSL application        %,10.0f    (it commits every %,d ms)

                from an event to its KEY_DISABLED, %,d keys: p50 %.0f ms, p99 %.0f ms; at half of c: p50 %.0f ms, p99 %.0f ms
                the aggregator took %.1f s; per million events %.1f CPU seconds, the broker %.1f%s
                per million events: %.1f MB of state on disk, %.1f MB of changelogs on the broker
                results checked: %s, as the independent sum says
                """.formatted(
                        settings.events(),
                        settings.organizations(),
                        settings.models(),
                        settings.apiKeys(),
                        Machine.description(),
                        consumerRate,
                        decodeRate,
                        aggregatorRate(),
                        aggregatorRate() / consumerRate,
                        aggregatorRate() / decodeRate,
                        aggregatorRate() / peer.rate(),
                        aggregator.warmUpPerSecond(),
                        peer.rate(),
                        peer.commitInterval().toMillis(),
                        settings.breaches(),
                        idle.p50Ms(),
                        idle.p99Ms(),
                        loaded.p50Ms(),
                        loaded.p99Ms(),
                        seconds(aggregator.time()),
                        cpuPerMillion(aggregator.cpu()),
                        cpuPerMillion(aggregator.brokerCpu()),
                        memory,
                        perMillion(stateBytes) / 1e6,
                        perMillion(changelogBytes) / 1e6,
                        total);
    }

    @Override
    public Map<String, Object> figures() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("warm_up", settings.warmUp());
        fields.put("events", settings.events());
        fields.put("seed", settings.seed());
        fields.put("organizations", settings.organizations());
        fields.put("models", settings.models());
        fields.put("api_keys", settings.apiKeys());
        settings.commitInterval().ifPresent(interval -> fields.put("commit_interval_ms", interval.toMillis()));
        fields.put("consumer_events_per_s", Math.round(consumerRate));
        fields.put("consumer_decode_events_per_s", Math.round(decodeRate));
        fields.put("aggregator_events_per_s", Math.round(aggregatorRate()));
        fields.put("aggregator_warm_up_events_per_s", Math.round(aggregator.warmUpPerSecond()));
        fields.put("aggregator_to_consumer", rounded(aggregatorRate() / consumerRate, 4));
        fields.put("aggregator_to_consumer_decode", rounded(aggregatorRate() / decodeRate, 4));
        fields.put("peer_events_per_s", Math.round(peer.rate()));
        fields.put("peer_commit_interval_ms", peer.commitInterval().toMillis());
        fields.put("aggregator_to_peer", rounded(aggregatorRate() / peer.rate(), 2));
        fields.put("breaches", settings.breaches());
        fields.put("disable_latency_idle_p50_ms", rounded(idle.p50Ms(), 1));
        fields.put("disable_latency_idle_p99_ms", rounded(idle.p99Ms(), 1));
        fields.put("disable_latency_loaded_p50_ms", rounded(loaded.p50Ms(), 1));
        fields.put("disable_latency_loaded_p99_ms", rounded(loaded.p99Ms(), 1));
        fields.put("aggregator_s", rounded(seconds(aggregator.time()), 3));
        fields.put("aggregator_cpu_s_per_million", rounded(cpuPerMillion(aggregator.cpu()), 3));
        fields.put("broker_cpu_s_per_million", rounded(cpuPerMillion(aggregator.brokerCpu()), 3));
        fields.put("state_bytes_per_million", Math.round(perMillion(stateBytes)));
        fields.put("changelog_bytes_per_million", Math.round(perMillion(changelogBytes)));
        peakResidentMb.ifPresent(megabytes -> fields.put("rss_mb", megabytes));
        fields.put("total_cost_usd", total.cost().toPlainString());
        return fields;
    }

    static BigDecimal rounded(double value, int places) {
        return BigDecimal.valueOf(value).setScale(places, RoundingMode.HALF_EVEN);
    }
}
