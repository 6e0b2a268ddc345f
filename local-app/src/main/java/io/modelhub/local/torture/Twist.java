package io.modelhub.local.torture;

/** What is wrong with an event, or unusual. Others are ordinary. */
public enum Twist {
    /** The same again, of the last few records. */
    DUPLICATE_NEAR(100),
    /** The same again, of any record so far: hours of event time later. */
    DUPLICATE_FAR(100),
    /** The same id and canonical key, another content: the first stands. */
    CHANGED_COPY(10),
    /** The same id under another canonical key: another event. */
    REUSED_ID(20),
    /** Some hours before the others around it. */
    OUT_OF_ORDER(500),
    /** Behind the acceptance horizon. */
    LATE(10),
    FROM_THE_FUTURE(10),
    /** So near to the horizon, or to the furthest future, that its append time decides. */
    AT_THE_EDGE(5),
    /** In any partition, as a foreign partitioner may put it. */
    WRONG_PARTITION(200),
    NO_KEY(100),
    /** A key that means nothing, and the partition that it hashes to. */
    FOREIGN_KEY(100),
    SENT_COST(1_000),
    /** Bytes that are no event, or numbers that no sum can take. */
    POISON(10);

    /** Of so many events it is one twist's. */
    static final int OF = 10_000;

    private final int frequency;

    Twist(int frequency) {
        this.frequency = frequency;
    }

    int frequency() {
        return frequency;
    }

    boolean isDuplicate() {
        return this == DUPLICATE_NEAR || this == DUPLICATE_FAR || this == CHANGED_COPY;
    }
}
