package io.modelhub.catalog.routing;

import java.util.List;
import java.util.Locale;

/** Why a rule was passed over. */
enum RuleReason {
    CONDITIONS_DO_NOT_HOLD("its conditions do not hold"),
    CONDITIONS_UNREADABLE("its conditions were written by a later release"),
    NO_ROUTABLE_MODEL("none of its models can be routed to"),
    AFTER_THE_CHOICE("a rule before it was chosen"),
    OTHER_MODEL_TYPE("it is for another type of model");

    private final String code = name().toLowerCase(Locale.ROOT);
    private final String sentence;

    RuleReason(String sentence) {
        this.sentence = sentence;
    }

    PassedRule of(Rule rule, List<PassedModel> models) {
        return new PassedRule(RuleName.of(rule), code, sentence, models);
    }
}
