package io.modelhub.catalog.answer;

import io.modelhub.catalog.check.FieldProblem;
import io.modelhub.catalog.check.Fields;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a request came to: done, or refused with the reason.
 *
 * @param <T> what a request that is done gives
 */
public sealed interface Outcome<T> {

    record Done<T>(T value) implements Outcome<T> {}

    record Refused<T>(Refusal refusal) implements Outcome<T> {}

    static <T> Outcome<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Outcome<T> refused(Refusal refusal) {
        return new Refused<>(refusal);
    }

    static <T> Outcome<T> invalid(List<FieldProblem> errors) {
        return refused(Refusal.invalid(errors));
    }

    /** Done by what the supplier gives, where no field is wrong. */
    static <T> Outcome<T> checked(Fields fields, Supplier<T> done) {
        List<FieldProblem> problems = fields.problems();
        return problems.isEmpty() ? done(done.get()) : invalid(problems);
    }

    static <T> Outcome<T> unknown(String what) {
        return refused(Refusal.unknown(what));
    }

    default <R> Outcome<R> map(Function<T, R> view) {
        return this instanceof Done<T> done ? done(view.apply(done.value())) : refused(((Refused<T>) this).refusal());
    }

    default <R> Outcome<R> flatMap(Function<T, Outcome<R>> next) {
        return this instanceof Done<T> done ? next.apply(done.value()) : refused(((Refused<T>) this).refusal());
    }
}
