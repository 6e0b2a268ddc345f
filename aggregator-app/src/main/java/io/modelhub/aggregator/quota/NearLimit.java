package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.sum.Measures;

/**
 * Whether a call may bring its key to a limit. Such a call is committed soon, in the task that reads it and in its key's home;
 * others wait for each other, as commits take time from the work. It decides when a commit comes, never what is in it: what it says
 * may be late or wrong. ADR 155. One thread; the states may be another's.
 */
public final class NearLimit {

    private final Lent<QuotaStates> states;

    /** @param states of the homes that are tasks of this process */
    public NearLimit(Lent<QuotaStates> states) {
        this.states = states;
    }

    /**
     * True, too, where nothing is known: the key's home is in another process, or the key wasn't used there of late.
     *
     * @param home partition of the key
     */
    public boolean isNear(String apiKey, Measures call, int home) {
        QuotaStates ofHome = states.of(home);
        QuotaState state = ofHome == null ? null : ofHome.recent(apiKey);
        return state == null || state.isNear(call.timestamp, call.costPicos);
    }
}
