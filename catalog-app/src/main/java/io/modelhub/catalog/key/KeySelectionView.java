package io.modelhub.catalog.key;

import io.modelhub.schema.APIKey;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which key a call would use now, as answers show it.
 *
 * @param organization null: the call is nobody's
 * @param selected null: no key can be used
 * @param alternatives usable too, in the order in which to fall back to them
 * @param passedOver what stands in the way of the others
 */
record KeySelectionView(
        @Nullable String organization,
        String provider,
        @Nullable KeyView selected,
        List<KeyView> alternatives,
        List<PassedOverView> passedOver) {

    record KeyView(UUID id, @Nullable String organization, String label, String fingerprint, boolean isDefault) {

        static KeyView of(APIKey key) {
            return new KeyView(
                    UUID.fromString(key.getId()),
                    key.getOrganization(),
                    key.getLabel(),
                    key.getFingerprint(),
                    key.getIsDefault());
        }
    }

    /** @param reason a stable code */
    record PassedOverView(KeyView key, String reason) {

        static PassedOverView of(KeyChoice.PassedOver passedOver) {
            return new PassedOverView(
                    KeyView.of(passedOver.key()), passedOver.obstacle().name().toLowerCase(Locale.ROOT));
        }
    }

    static KeySelectionView of(@Nullable String organization, String provider, KeyChoice choice) {
        List<KeyView> usable = choice.usable().stream().map(KeyView::of).toList();
        return new KeySelectionView(
                organization,
                provider,
                usable.isEmpty() ? null : usable.get(0),
                usable.isEmpty() ? List.of() : usable.subList(1, usable.size()),
                choice.passedOver().stream().map(PassedOverView::of).toList());
    }
}
