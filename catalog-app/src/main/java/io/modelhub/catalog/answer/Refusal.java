package io.modelhub.catalog.answer;

import io.modelhub.catalog.check.FieldProblem;
import java.util.List;

/**
 * Why a request was not done.
 *
 * @param reason what kind of refusal
 * @param detail one sentence for people
 * @param errors the fields at fault; empty where no field is
 * @param referrers what stands in the way of a delete; empty otherwise
 */
public record Refusal(Reason reason, String detail, List<FieldProblem> errors, List<Referrer> referrers) {

    public Refusal {
        errors = List.copyOf(errors);
        referrers = List.copyOf(referrers);
    }

    /** What kind, with the HTTP status and the stable code that say so. */
    public enum Reason {
        INVALID(422, "invalid", "The request has fields that are wrong"),
        UNKNOWN(404, "unknown", "There is no such thing"),
        TAKEN(409, "taken", "A unique value is taken"),
        REFERENCED(409, "referenced", "It is still referred to");

        private final int status;
        private final String code;
        private final String title;

        Reason(int status, String code, String title) {
            this.status = status;
            this.code = code;
            this.title = title;
        }

        int status() {
            return status;
        }

        String code() {
            return code;
        }

        String title() {
            return title;
        }
    }

    /** An entity that refers to another one. */
    public record Referrer(String kind, String id) {}

    public static Refusal invalid(List<FieldProblem> errors) {
        return new Refusal(
                Reason.INVALID,
                errors.size() == 1 ? "1 field is wrong" : errors.size() + " fields are wrong",
                errors,
                List.of());
    }

    /** @param what for example {@code provider openai} */
    public static Refusal unknown(String what) {
        return new Refusal(Reason.UNKNOWN, "there is no " + what, List.of(), List.of());
    }

    public static Refusal taken(FieldProblem error) {
        return new Refusal(Reason.TAKEN, error.field() + " " + error.message(), List.of(error), List.of());
    }

    public static Refusal referenced(String what, List<Referrer> referrers) {
        return new Refusal(Reason.REFERENCED, what + " is still referred to", List.of(), referrers);
    }
}
