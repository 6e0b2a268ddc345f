package io.modelhub.catalog.routing;

import io.modelhub.schema.APIKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model of a rule.
 *
 * @param id identifier
 * @param uuid empty: there is no such model
 * @param barred why it can't be routed to, whoever asks; null: it can
 * @param sharedKeys those of its provider that serve every organization, in the order in which they are tried
 */
record Choice(
        String id,
        String uuid,
        String provider,
        double weight,
        @Nullable ModelReason barred,
        List<Warning> warnings,
        List<APIKey> sharedKeys) {}
