package io.modelhub.catalog.key;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.KeyQuotaState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which of a provider's keys to use for an organization's call: the one place that says so.
 *
 * @param usable best first; empty: none can be used
 * @param passedOver the others that are there for the organization, in the same order
 */
public record KeyChoice(List<APIKey> usable, List<PassedOver> passedOver) {

    /**
     * The organization's own keys before those that serve every organization; among either, the default one first, then by
     * label, then by identifier, so that the order is the operator's to choose and the same everywhere.
     */
    public static final Comparator<APIKey> ORDER = Comparator.comparing((APIKey key) -> key.getOrganization() == null)
            .thenComparing(key -> !key.getIsDefault())
            .thenComparing(APIKey::getLabel)
            .thenComparing(APIKey::getId);

    /** Why a key can't be used now. */
    public enum Obstacle {
        /** Nothing of the provider is used. */
        PROVIDER_INACTIVE,
        /** Nothing is done for the organization. */
        ORGANIZATION_INACTIVE,
        /** The operator switched it off. */
        INACTIVE,
        /** It spent what it may, as the aggregator last said. */
        QUOTA_REACHED,
        /** The catalog was rebuilt from its topics, and nobody has given the key its secret since. */
        AWAITS_SECRET;

        /**
         * What stands in the way of a key, as far as the topics tell.
         *
         * @param quota null: the aggregator has said nothing of the key
         */
        public static Optional<Obstacle> of(APIKey key, @Nullable KeyQuotaState quota) {
            if (!key.getIsActive()) {
                return Optional.of(INACTIVE);
            }
            return quota == null || quota.getEnabled() ? Optional.empty() : Optional.of(QUOTA_REACHED);
        }
    }

    /** A key that would have been in order, but for what stands in its way. */
    public record PassedOver(APIKey key, Obstacle obstacle) {}

    public KeyChoice {
        usable = List.copyOf(usable);
        passedOver = List.copyOf(passedOver);
    }

    /**
     * @param organization slug; null: the call is nobody's, so that only keys for every organization serve it
     * @param keys of one provider, in any order; those of other organizations are left out
     * @param obstacle what stands in the way of a key
     */
    public static KeyChoice among(
            @Nullable String organization, Collection<APIKey> keys, Function<APIKey, Optional<Obstacle>> obstacle) {
        List<APIKey> usable = new ArrayList<>();
        List<PassedOver> passedOver = new ArrayList<>();
        keys.stream()
                .filter(key -> serves(key, organization))
                .sorted(ORDER)
                .forEach(key -> obstacle.apply(key)
                        .ifPresentOrElse(found -> passedOver.add(new PassedOver(key, found)), () -> usable.add(key)));
        return new KeyChoice(usable, passedOver);
    }

    /** Whether a key is there for the organization at all. */
    public static boolean serves(APIKey key, @Nullable String organization) {
        return key.getOrganization() == null || key.getOrganization().equals(organization);
    }
}
