package io.modelhub.catalog.check;

/**
 * One broken rule of a request.
 *
 * @param field name of the field as in the body, with the path of a nested one: {@code tiers[0].cost_input}
 * @param code stable, for programs
 * @param message for people; never quotes the value
 */
public record FieldProblem(String field, String code, String message) {}
