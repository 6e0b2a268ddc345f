package io.modelhub.catalog.prices;

import io.modelhub.catalog.model.ListedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A published price list as the catalog understands it.
 *
 * @param models by the identifier that they get in the catalog, in the list's order
 * @param skipped the entries that are no models or whose price can't be told
 * @param warnings what the price of a model leaves out
 */
record PriceList(Map<String, ListedModel> models, List<Remark> skipped, List<Remark> warnings) {

    private static final Pattern PROVIDER = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern NAME = Pattern.compile("[^\\s\\p{Cntrl}\\p{Cs}]{1,150}");

    /** As many as a request may state. */
    private static final int MOST_TIERS = 100;

    static void requireProvider(String provider) throws NotListed {
        if (!PROVIDER.matcher(provider).matches()) {
            throw new NotListed("malformed_provider", "its provider is no slug");
        }
    }

    static void requireName(String name) throws NotListed {
        if (!NAME.matcher(name).matches()) {
            throw new NotListed("malformed_name", "its name is empty, has white space or more than 150 characters");
        }
    }

    private static void requireFewTiers(ListedModel model) throws NotListed {
        if (model.prices().stream().anyMatch(listed -> listed.price().tiers().size() > MOST_TIERS)) {
            throw new NotListed("malformed_price", "its price has more than " + MOST_TIERS + " tiers");
        }
    }

    /** Collects the entries of a list, each of which is a model or skipped. */
    static final class Reading {

        private final Map<String, ListedModel> models = new LinkedHashMap<>();
        private final Map<String, String> names = new LinkedHashMap<>();
        private final List<Remark> skipped = new ArrayList<>();
        private final List<Remark> warnings = new ArrayList<>();

        @FunctionalInterface
        interface Entry {
            ListedModel model() throws NotListed;
        }

        /** @param name as in the list */
        void add(String name, Entry entry) {
            try {
                ListedModel model = entry.model();
                requireFewTiers(model);
                String earlier = names.putIfAbsent(model.id(), name);
                if (earlier != null) {
                    throw new NotListed("duplicate_id", "would be " + model.id() + ", as " + earlier + " is already");
                }
                models.put(model.id(), model);
            } catch (NotListed e) {
                skipped.add(e.about(name));
            }
        }

        void warn(String name, String code, String reason) {
            warnings.add(new Remark(name, code, reason));
        }

        /** What was warned of a skipped entry says nothing. */
        PriceList list() {
            List<Remark> ofModels = warnings.stream()
                    .filter(warning -> names.containsValue(warning.name()))
                    .toList();
            return new PriceList(models, List.copyOf(skipped), ofModels);
        }
    }
}
