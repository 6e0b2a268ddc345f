package io.modelhub.aggregator.ledger;

import io.modelhub.aggregator.sum.CallSum;

/** A window in memory: what a subject used of a model in a stretch of time. */
public final class Cell {

    private final Page page;
    private final String model;
    private final long start;
    private final CallSum sum = new CallSum();

    /** Since it was last published. */
    boolean changed;

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
        return sum;
    }

    /** Else there are corrections alone: calls that they are about are not counted yet, or the log has them no more. */
    boolean hasCalls() {
        return sum.usage().requests() > 0;
    }

    Page page() {
        return page;
    }
}
