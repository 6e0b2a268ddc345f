package io.modelhub.catalog.condition;

import org.jspecify.annotations.Nullable;

/** A compiled part of an expression. Values are null, String, Double, Boolean, and lists and maps of these. */
interface Term {

    /** @param data what {@code var} looks into: the facts of the call or, within a walk over a list, the element */
    @Nullable
    Object value(@Nullable Object data);

    static Term of(@Nullable Object constant) {
        return new Constant(constant);
    }

    /** A value that stands in the expression itself. */
    record Constant(@Nullable Object constant) implements Term {

        @Override
        public @Nullable Object value(@Nullable Object data) {
            return constant;
        }
    }
}
