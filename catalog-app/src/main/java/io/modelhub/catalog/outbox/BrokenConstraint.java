package io.modelhub.catalog.outbox;

import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.check.FieldProblem;
import java.util.List;
import java.util.Map;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * A rule that the database refused to break. Constraints are named {@code table__field__code}, so a rule that the code missed,
 * or that another transaction broke in between, is still a problem of its field.
 */
record BrokenConstraint(String table, String field, String code) {

    static final String TAKEN = "taken";
    static final String UNKNOWN = "unknown";

    /** By field, where its name alone does not say what is unique. */
    private static final Map<String, String> TAKEN_BY = Map.of(
            "is_default",
            "is already true of another API key of the same organization and provider: take it from that one");

    /** @throws DataIntegrityViolationException the same again, where the constraint's name says nothing: a bug */
    static BrokenConstraint of(DataIntegrityViolationException e) {
        if (e.getMostSpecificCause() instanceof PSQLException cause) {
            ServerErrorMessage message = cause.getServerErrorMessage();
            String constraint = message == null ? null : message.getConstraint();
            String[] parts = constraint == null ? new String[0] : constraint.split("__", -1);
            if (parts.length == 3) {
                return new BrokenConstraint(parts[0].replace('_', ' '), parts[1], parts[2]);
            }
        }
        throw e;
    }

    Refusal refusal() {
        return switch (code) {
            case TAKEN ->
                Refusal.taken(
                        new FieldProblem(field, code, TAKEN_BY.getOrDefault(field, "is taken by another " + table)));
            case UNKNOWN ->
                Refusal.invalid(List.of(new FieldProblem(field, code, "names something that is not there any more")));
            default -> Refusal.invalid(List.of(new FieldProblem(field, code, "breaks a rule of the database")));
        };
    }
}
