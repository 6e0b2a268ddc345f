package io.modelhub.catalog.routing;

import java.util.List;

/**
 * A rule that was not chosen.
 *
 * @param code stable, for programs
 * @param message for people
 * @param models why each of its models was passed over, where that is the reason
 */
record PassedRule(RuleName rule, String code, String message, List<PassedModel> models) {}
