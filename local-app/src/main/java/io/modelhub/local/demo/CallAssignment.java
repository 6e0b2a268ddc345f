package io.modelhub.local.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a usage event of a call by drawing what its trace doesn't say: the API key, and with it the organization and the
 * provider; the model; how the call went and how long it took. The draw of a call depends on the seed and its place alone, so
 * the same seed assigns the same calls in the same way.
 *
 * <p>No cost is sent: the platform prices every call itself.
 */
final class CallAssignment {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String runId;
    private final long seed;
    private final Map<DemoKey, String> keyIds;
    private final Map<String, List<String>> models;
    private final int shares;

    /**
     * @param runId part of every event's identifier
     * @param keyIds the identifiers of the keys that calls are made with
     * @param models by provider, the most used first; none is empty
     */
    CallAssignment(String runId, long seed, Map<DemoKey, String> keyIds, Map<String, List<String>> models) {
        this.runId = runId;
        this.seed = seed;
        this.keyIds = keyIds;
        this.models = models;
        this.shares = keyIds.keySet().stream().mapToInt(DemoKey::share).sum();
    }

    String runId() {
        return runId;
    }

    OutgoingEvent assign(TraceCall call) {
        // One generator for each call: what is drawn for one never shifts what is drawn for the next.
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + call.place());
        DemoKey key = key(random);
        ObjectNode event = JSON.createObjectNode()
                .put("event_id", "%s-%d".formatted(runId, call.place()))
                .put("model", model(key.provider(), random))
                .put("organization", organization(key, random))
                .put("api_key", keyIds.get(key))
                .put("timestamp", call.time().toString())
                .put("tokens_input", call.tokensInput())
                .put("tokens_output", call.tokensOutput());
        draw(Ending.draw(random), event, random);
        return new OutgoingEvent(call.place(), call.time(), event.toString());
    }

    private enum Ending {
        SUCCESS,
        ERROR,
        TIMEOUT;

        static Ending draw(RandomGenerator random) {
            if (random.nextDouble() >= MeasuredCalls.FAILURES) {
                return SUCCESS;
            }
            return random.nextDouble() < MeasuredCalls.TIMEOUTS_OF_FAILURES ? TIMEOUT : ERROR;
        }
    }

    private static void draw(Ending ending, ObjectNode event, RandomGenerator random) {
        switch (ending) {
            case SUCCESS ->
                event.put("status", "Success").put("latency_ms", Math.round(MeasuredCalls.LATENCY_MS.draw(random)));
            case ERROR -> event.put("status", "Error").put("error_type", "ServerError");
            case TIMEOUT ->
                event.put("status", "Timeout").put("error_type", "Timeout").put("latency_ms", MeasuredCalls.TIMEOUT_MS);
        }
    }

    private DemoKey key(RandomGenerator random) {
        int drawn = random.nextInt(shares);
        for (DemoKey key : keyIds.keySet()) {
            drawn -= key.share();
            if (drawn < 0) {
                return key;
            }
        }
        throw new IllegalStateException("the shares of the keys are more than their sum");
    }

    private static String organization(DemoKey key, RandomGenerator random) {
        List<DemoCustomers.Customer> all = DemoCustomers.ORGANIZATIONS;
        @Nullable String own = key.organization();
        return own == null ? all.get(random.nextInt(all.size())).id() : own;
    }

    /** The n-th model is used 1/n times as often as the first. */
    private String model(String provider, RandomGenerator random) {
        List<String> candidates = models.getOrDefault(provider, List.of());
        double weights = 0;
        for (int rank = 1; rank <= candidates.size(); rank++) {
            weights += 1.0 / rank;
        }
        double drawn = random.nextDouble() * weights;
        for (int rank = 1; rank < candidates.size(); rank++) {
            drawn -= 1.0 / rank;
            if (drawn < 0) {
                return candidates.get(rank - 1);
            }
        }
        return candidates.get(candidates.size() - 1);
    }
}
