package io.modelhub.catalog.routing;

import io.modelhub.catalog.condition.Requirement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rules in their order, with an index over the variable of which most of them require a text: {@code attributes.tier}, say.
 * Immutable.
 */
final class RuleList {

    static final RuleList EMPTY = new RuleList(List.of());

    private static final int[] NONE = {};

    private final List<Rule> rules;
    private final int[] all;
    /** By position, made once: where there is no route, most rules are passed over so. */
    private final List<PassedRule> notHolding;
    /** Null: no rule requires a text. */
    private final @Nullable String variable;
    /** Positions of the rules that require a text of the variable, by the text; rising. */
    private final Map<String, int[]> requiring = new HashMap<>();
    /** Positions of the others; rising. */
    private final int[] others;

    RuleList(List<Rule> rules) {
        this.rules = rules.stream().sorted(Rule.ORDER).toList();
        this.all = IntStream.range(0, rules.size()).toArray();
        this.notHolding = this.rules.stream()
                .map(rule -> RuleReason.CONDITIONS_DO_NOT_HOLD.of(rule, List.of()))
                .toList();
        this.variable = mostRequired();
        this.others = Arrays.stream(all)
                .filter(position -> requiredText(position) == null)
                .toArray();
        Arrays.stream(all)
                .filter(position -> requiredText(position) != null)
                .boxed()
                .collect(Collectors.groupingBy(this::requiredText))
                .forEach((text, positions) -> requiring.put(
                        text, positions.stream().mapToInt(Integer::intValue).toArray()));
    }

    private @Nullable String mostRequired() {
        Map<String, Long> counts = new HashMap<>();
        for (Rule rule : rules) {
            Requirement required = requirement(rule);
            if (required != null) {
                counts.merge(required.variable(), 1L, Long::sum);
            }
        }
        return counts.entrySet().stream()
                .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private static @Nullable Requirement requirement(Rule rule) {
        return rule.condition() == null ? null : rule.condition().requirement();
    }

    private @Nullable String requiredText(int position) {
        Requirement required = requirement(rules.get(position));
        return required == null || !required.variable().equals(variable) ? null : required.text();
    }

    List<Rule> rules() {
        return rules;
    }

    /** Those from one position to another, exclusive, as rules that were passed over for their conditions. */
    List<PassedRule> notHolding(int from, int to) {
        return notHolding.subList(from, to);
    }

    /** Positions of the rules whose conditions may hold, rising; those of all others don't. */
    int[] candidates(Map<String, @Nullable Object> facts) {
        if (variable == null) {
            return all;
        }
        Object value = Requirement.value(variable, facts);
        if (value == null) {
            return others;
        }
        return value instanceof String text ? merged(requiring.getOrDefault(text, NONE), others) : all;
    }

    private static int[] merged(int[] left, int[] right) {
        if (left.length == 0 || right.length == 0) {
            return left.length == 0 ? right : left;
        }
        int[] merged = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, merged, left.length, right.length);
        Arrays.sort(merged);
        return merged;
    }
}
