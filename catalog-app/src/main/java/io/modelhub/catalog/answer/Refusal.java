package io.modelhub.catalog.answer;

import io.modelhub.catalog.check.FieldProblem;
import java.util.List;
import java.util.Map;

/**
 * Why a request was not done.
 *
 * @param reason what kind of refusal
 * @param detail one sentence for people
 * @param errors the fields, parameters or headers at fault; empty where none is
 * @param facts what else a program may want to know of it, by the name that it has in the answer
 */
public record Refusal(Reason reason, String detail, List<FieldProblem> errors, Map<String, Object> facts) {

    public Refusal {
        errors = List.copyOf(errors);
        facts = Map.copyOf(facts);
    }

    /** What kind, with the HTTP status and the stable code that say so. */
    public enum Reason {
        BAD_REQUEST(400, "bad_request", "The request can't be read"),
        INVALID(422, "invalid", "The request has fields that are wrong"),
        UNKNOWN(404, "unknown", "There is no such thing"),
        TAKEN(409, "taken", "A unique value is taken"),
        REFERENCED(409, "referenced", "It is still referred to"),
        SECRET_AWAITED(409, "secret_awaited", "The key has no secret yet"),
        SECRET_UNREADABLE(409, "secret_unreadable", "The key's secret can't be opened"),
        CHANGED(412, "changed", "It is not as the request expects it"),
        NO_ROUTE(409, "no_route", "The call has no route"),
        ORGANIZATION_INACTIVE(409, "organization_inactive", "The organization is inactive"),
        ROUTING_NOT_READY(503, "routing_not_ready", "Routing is not ready yet"),
        KEY_REUSED(422, "idempotency_key_reused", "The idempotency key belongs to another request");

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
        return new Refusal(Reason.INVALID, wrong(errors, "field"), errors, Map.of());
    }

    public static Refusal badParameters(List<FieldProblem> errors) {
        return new Refusal(Reason.BAD_REQUEST, wrong(errors, "parameter"), errors, Map.of());
    }

    public static Refusal badHeader(FieldProblem error) {
        return new Refusal(Reason.BAD_REQUEST, sentence(error), List.of(error), Map.of());
    }

    private static String wrong(List<FieldProblem> errors, String what) {
        return errors.size() == 1 ? sentence(errors.get(0)) : errors.size() + " " + what + "s are wrong";
    }

    private static String sentence(FieldProblem error) {
        return error.field() + " " + error.message();
    }

    /** @param what for example {@code provider openai} */
    public static Refusal unknown(String what) {
        return new Refusal(Reason.UNKNOWN, "there is no " + what, List.of(), Map.of());
    }

    public static Refusal taken(FieldProblem error) {
        return new Refusal(Reason.TAKEN, sentence(error), List.of(error), Map.of());
    }

    public static Refusal secretAwaited(String apiKey) {
        return new Refusal(
                Reason.SECRET_AWAITED,
                "API key " + apiKey + " was rebuilt without its secret; give it one with PUT or PATCH",
                List.of(),
                Map.of());
    }

    public static Refusal secretUnreadable(String apiKey) {
        return new Refusal(
                Reason.SECRET_UNREADABLE,
                "the secret of API key " + apiKey
                        + " is damaged or sealed under a key-encryption key that is not set; set that, or give it a secret anew",
                List.of(),
                Map.of());
    }

    /** A delete of what others refer to. */
    public static Refusal referenced(String what, List<Referrer> referrers) {
        return new Refusal(
                Reason.REFERENCED,
                what + " is still referred to: delete what refers to it first, or set its status to Inactive",
                List.of(),
                Map.of("referrers", referrers));
    }

    /**
     * @param field what said which revision is expected
     * @param revision the current one
     */
    public static Refusal changed(String field, long revision) {
        FieldProblem error = new FieldProblem(field, "changed", "expects another revision");
        return new Refusal(
                Reason.CHANGED,
                "the current revision is " + revision + ": read it again, and change that",
                List.of(error),
                Map.of("revision", revision));
    }

    /** @param header that holds the key */
    public static Refusal keyReused(String header) {
        FieldProblem error = new FieldProblem(header, "reused", "was sent before with another request");
        return new Refusal(
                Reason.KEY_REUSED,
                "a key names one request; send this one under a key of its own",
                List.of(error),
                Map.of());
    }
}
