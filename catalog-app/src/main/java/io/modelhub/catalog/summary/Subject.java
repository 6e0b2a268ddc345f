package io.modelhub.catalog.summary;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * What a summary is about.
 *
 * @param id as in its URL
 * @param name for people
 * @param counted how events name it: the slug, the model's identifier, the UUID
 * @param zone of its days, unless another one is asked for
 */
record Subject(Kind kind, String id, String name, String counted, ZoneId zone) {

    /** As IANA names it. */
    static final ZoneId UTC = ZoneId.of("UTC");

    /** A kind of entity that has summaries, and what the aggregator can tell of it. */
    enum Kind {
        ORGANIZATION("organization", List.of(GroupBy.MODEL, GroupBy.PROVIDER)),
        PROVIDER("provider", List.of(GroupBy.MODEL, GroupBy.ORGANIZATION)),
        MODEL("model", List.of(GroupBy.ORGANIZATION)),
        API_KEY("api_key", List.of(GroupBy.MODEL, GroupBy.PROVIDER)),
        ROUTING_RULE("routing_rule", List.of(GroupBy.MODEL, GroupBy.PROVIDER));

        private final String word;
        private final List<GroupBy> parts;

        Kind(String word, List<GroupBy> parts) {
            this.word = word;
            this.parts = parts;
        }

        /** As in answers. */
        String word() {
            return word;
        }

        /** What its figures can be taken apart by, beside time. */
        List<GroupBy> parts() {
            return parts;
        }

        /** Whether its figures are kept by UTC days alone: no hours, no other zone. */
        boolean byUtcDays() {
            return this == API_KEY || this == ROUTING_RULE;
        }
    }

    /** Where the aggregator tells its usage. */
    String usagePath() {
        return switch (kind) {
            case ORGANIZATION, PROVIDER, MODEL -> "/v1/usage";
            case API_KEY -> "/v1/keys/" + counted + "/usage";
            case ROUTING_RULE -> "/v1/rules/" + counted + "/usage";
        };
    }

    /** The parameter of the aggregator's reads that selects it; none where the path does. */
    Map<String, String> selection() {
        return kind.byUtcDays() ? Map.of() : Map.of(kind.word(), counted);
    }
}
