package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.sum.CallSum;
import org.jspecify.annotations.Nullable;

/** A window in memory: what a subject used of a model in a stretch of time. One object with its sum, which is found at once. */
public final class Cell extends CallSum {

    private final Page page;
    private final String model;
    private final long start;

    /** Since it was last published. */
    boolean changed;

    /** Its page is packed: whoever still has it looks for it there. */
    boolean packed;

    /** The window of the next series about the subject that has this one's latest call. */
    private @Nullable Cell wider;

    Cell(Page page, String model, long start) {
        this.page = page;
        this.model = model;
        this.start = start;
    }

    public Series series() {
        return page.series();
    }

    /** Identifier of what it is about. */
    public String subject() {
        return page.subject();
    }

    public String model() {
        return model;
    }

    /** Inclusive, epoch milliseconds. */
    public long start() {
        return start;
    }

    /** Exclusive, epoch milliseconds. */
    public long end() {
        return series().endOf(page.end(), start);
    }

    public CallSum sum() {
        return this;
    }

    /** Else there are corrections alone: calls that they are about are not counted yet, or the log has them no more. */
    boolean hasCalls() {
        return requests() > 0;
    }

    /** Finds a day's month without looking for it; null where it must be looked for. */
    @Nullable
    Cell widerAt(long time) {
        Cell known = wider;
        return known != null && !known.packed && known.page.contains(time) ? known : null;
    }

    void setWider(Cell window) {
        wider = window;
    }

    Page page() {
        return page;
    }
}
