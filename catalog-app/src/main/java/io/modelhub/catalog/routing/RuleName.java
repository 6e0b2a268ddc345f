package io.modelhub.catalog.routing;

/** A rule as answers name it. */
record RuleName(String id, String name) {

    static RuleName of(Rule rule) {
        return new RuleName(rule.id(), rule.name());
    }
}
