package io.modelhub.catalog.answer;

/** An entity as answers show it. */
public interface EntityView {

    /** Where it is found: the path of its address. */
    String location();

    /** How often it was written. */
    long revision();

    /**
     * What its entity tag says: the revision, or the revision, a hyphen and what else distinguishes this answer from one that
     * shows other facts of the same revision. A precondition looks at the revision only.
     */
    default String entityTag() {
        return Long.toString(revision());
    }
}
