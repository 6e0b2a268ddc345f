package io.modelhub.catalog.routing;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route as answers show it.
 *
 * @param option the model to call, with the key to use
 * @param alternatives what to fall back to, in this order: the other models of the rule that can be routed to
 * @param explain left out unless asked for
 */
record RouteView(
        @JsonUnwrapped OptionView option,
        RuleName rule,
        List<OptionView> alternatives,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ExplainView explain) {

    record OptionView(ModelView model, KeyView apiKey, List<Warning> warnings) {

        static OptionView of(Option option) {
            Choice choice = option.choice();
            return new OptionView(
                    new ModelView(choice.id(), choice.uuid(), choice.provider()),
                    new KeyView(option.key().getId(), option.key().getFingerprint()),
                    choice.warnings());
        }
    }

    record ModelView(String id, String uuid, String provider) {}

    record KeyView(String id, String fingerprint) {}

    /**
     * @param rules every other rule that the caller has
     * @param models the chosen rule's other models
     */
    record ExplainView(List<PassedRule> rules, List<PassedModel> models) {}

    static RouteView of(Resolution.Found found, boolean explain) {
        List<OptionView> options = found.options().stream().map(OptionView::of).toList();
        return new RouteView(
                options.get(0),
                RuleName.of(found.rule()),
                options.subList(1, options.size()),
                explain ? new ExplainView(found.passedOver(), found.notChosen()) : null);
    }
}
