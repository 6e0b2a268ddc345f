package io.modelhub.catalog.audit;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.Organization;
import io.modelhub.schema.Provider;
import io.modelhub.schema.RoutingRule;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** The kinds of entities, each with the type that is published of it. */
public enum EntityKind {
    ORGANIZATION(Organization.class),
    PROVIDER(Provider.class),
    MODEL(Model.class),
    API_KEY(APIKey.class),
    ROUTING_RULE(RoutingRule.class);

    private final Class<? extends SpecificRecord> published;

    EntityKind(Class<? extends SpecificRecord> published) {
        this.published = published;
    }

    static EntityKind of(SpecificRecord entity) {
        return Stream.of(values())
                .filter(kind -> kind.published.isInstance(entity))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(entity.getClass() + " is no entity of the catalog"));
    }

    /** As the table, answers and parameters have it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
