package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Holds the keys whose home is this task's partition to their limits. Spend is added up per key between two commits; right
 * before a commit the limits are enforced, and what others must learn goes out in the transaction of the spend that caused it.
 * All spend of a key comes here, whichever partition its calls were in: N instances share one budget.
 */
public final class Quotas {

    /** Where the news go, within the transaction of what caused them. */
    public interface News {

        void event(String apiKey, KeyQuotaEvent event, Instant at);

        /** @param state null: the key has no record any more */
        void state(String apiKey, @Nullable KeyQuotaState state, Instant at);
    }

    private final QuotaStates states;
    private final KeyQuotas keys;

    /** By key, in the order of the calls: a late call must not be enforced before an earlier one of a later day. */
    private final Map<String, List<Spend>> pending = new HashMap<>();

    Quotas(QuotaStates states, KeyQuotas keys) {
        this.states = states;
        this.keys = keys;
    }

    /**
     * What its processor has to have.
     *
     * @param lent to readers outside the topology
     */
    public static List<StoreBuilder<?>> stores(Lent<QuotaStates> lent) {
        return List.of(QuotaStates.store(), KeyQuotas.dueStore(), lent.slot(QuotaStates.LENT));
    }

    /**
     * For a processor in its {@code init}: takes up what an earlier owner of the task left, and lends the states to readers.
     *
     * @param log the store in which commits are logged
     * @param isHere whether a key's home is this task's partition
     * @param thresholds in per cent of a limit, rising
     */
    public static Quotas in(
            ProcessingContext context,
            KeyValueStore<byte[], byte[]> log,
            QuotaCatalog catalog,
            Predicate<String> isHere,
            QuotaClock clock,
            List<Integer> thresholds,
            News news) {
        QuotaStates states = QuotaStates.in(context, log);
        states.recover();
        context.<Lent.Slot<QuotaStates>>getStateStore(QuotaStates.LENT)
                .lend(context.taskId().partition(), states);
        KeyQuotas keys = new KeyQuotas(
                states,
                context.getStateStore(KeyQuotas.DUE),
                catalog.in(context),
                isHere,
                clock,
                thresholds,
                news,
                new OvershootMeter(context)::record,
                Instant.ofEpochMilli(context.currentSystemTimeMs()));
        return new Quotas(states, keys);
    }

    /**
     * Adds a call, or a correction of calls, that the ledger has counted.
     *
     * @param appendTime of its record, epoch milliseconds
     */
    public void add(String apiKey, Measures call, long appendTime) {
        List<Spend> spends = pending.computeIfAbsent(apiKey, ignored -> new ArrayList<>(1));
        long quarter = Grain.QUARTER_HOUR.startOf(call.timestamp);
        Spend last = spends.isEmpty() ? null : spends.get(spends.size() - 1);
        if (last == null || last.quarter != quarter || last.isCorrection != call.isCorrection()) {
            last = new Spend(quarter, call.isCorrection());
            spends.add(last);
        }
        last.add(call, appendTime);
    }

    /** Enforces the limits of the keys that were used since the last commit, and logs what has changed. */
    public void beforeCommit(Instant wallClock) {
        pending.forEach((apiKey, spends) -> spends.forEach(spend -> {
            if (spend.isCorrection) {
                keys.correct(apiKey, spend.total(), wallClock);
            } else {
                keys.spend(apiKey, spend.total(), wallClock);
            }
        }));
        pending.clear();
        states.beforeCommit();
    }

    /** What was told before the last commit can be read from now on. */
    public void committed(Instant wallClock) {
        keys.committed(wallClock);
    }

    /** Steps on what needs no call: what the catalog changed, and whose period has ended. To be called twice a second. */
    public void look(Instant wallClock) {
        keys.look(wallClock);
    }

    /** Whether states have changed since they were handed out: by spend, or by a commit, with which a disable could be read. */
    public boolean isUnpublished() {
        return states.isUnpublished();
    }

    /** Hands out the states that have changed since the last time. */
    public void publish(BiConsumer<String, KeyQuotaState> publisher) {
        states.publish(apiKey -> {
            KeyQuotaState state = keys.published(apiKey);
            if (state != null) {
                publisher.accept(apiKey, state);
            }
        });
    }

    /** Writes each state that has changed to the store. */
    public void checkpoint() {
        states.checkpoint();
    }

    /** Whose key it is; null: shared, or unknown to the catalog. */
    public @Nullable String organization(String apiKey) {
        return keys.organization(apiKey);
    }
}
