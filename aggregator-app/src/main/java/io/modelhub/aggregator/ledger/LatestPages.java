package io.modelhub.aggregator.ledger;

import org.jspecify.annotations.Nullable;

/** The pages that a subject's latest calls are on: two of each series, as around midnight calls of both days come. */
final class LatestPages {

    private final @Nullable Page[] latest;
    private final @Nullable Page[] other;

    /** @param series how many there are about the subject */
    LatestPages(int series) {
        latest = new Page[series];
        other = new Page[series];
    }

    /**
     * @param series its place among those about the subject
     * @return null where neither page has this moment
     */
    @Nullable
    Page containing(int series, long time) {
        Page page = latest[series];
        if (page != null && page.contains(time)) {
            return page;
        }
        Page before = other[series];
        if (before != null && before.contains(time)) {
            put(series, before);
            return before;
        }
        return null;
    }

    void put(int series, Page page) {
        other[series] = latest[series];
        latest[series] = page;
    }
}
