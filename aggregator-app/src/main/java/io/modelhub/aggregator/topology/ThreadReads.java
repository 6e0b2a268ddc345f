package io.modelhub.aggregator.topology;

/**
 * How many records the tasks of this thread have read. One of them often waits while the others' are worked off; nothing is left to read only where
 * none of them reads.
 */
final class ThreadReads {

    private static final ThreadLocal<ThreadReads> OF_THREAD = ThreadLocal.withInitial(ThreadReads::new);

    private long count;

    private ThreadReads() {}

    static ThreadReads here() {
        return OF_THREAD.get();
    }

    void read() {
        count++;
    }

    long count() {
        return count;
    }
}
