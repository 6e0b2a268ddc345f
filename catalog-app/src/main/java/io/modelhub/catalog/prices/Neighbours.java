package io.modelhub.catalog.prices;

import io.modelhub.catalog.model.ChargedRates;
import io.modelhub.catalog.model.Price;
import io.modelhub.catalog.model.Rates;
import io.modelhub.schema.ModelType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What comparable models charge: tells the price that is a hundred times off, which is a slip of a unit or of a point rather
 * than a price (ADR 0058).
 *
 * <p>The closest neighbours decide: models of the same name at two other providers or more. One namesake alone could itself be
 * the wrong one, so the models of the same type, all providers taken together, must agree with it. Without a namesake it is
 * the provider's models of that type, where there are five with the one in question, and those of all providers. A price of
 * zero is compared with nothing: free models are common.
 */
final class Neighbours {

    private static final BigDecimal FAR = BigDecimal.valueOf(100);
    private static final int ENOUGH_NAMESAKES = 2;
    private static final int ENOUGH_OF_A_TYPE = 5;

    private final Map<String, List<ChargedRates>> byName = new HashMap<>();
    private final Map<Kin, List<ChargedRates>> byProvider = new HashMap<>();
    private final Map<Kin, List<ChargedRates>> byType = new HashMap<>();
    private final Map<MedianOf, BigDecimal> medians = new HashMap<>();

    Neighbours(Collection<ChargedRates> models) {
        for (ChargedRates model : models) {
            byName.computeIfAbsent(plainName(model), name -> new ArrayList<>()).add(model);
            byProvider
                    .computeIfAbsent(Kin.atItsProvider(model), kin -> new ArrayList<>())
                    .add(model);
            byType.computeIfAbsent(Kin.anywhere(model), kin -> new ArrayList<>())
                    .add(model);
        }
    }

    /**
     * Models that can be compared: embeddings, which put out no tokens, are far cheaper than models that write.
     *
     * @param provider null: of all providers
     */
    private record Kin(@Nullable String provider, ModelType type, boolean chargesOutput) {

        static Kin atItsProvider(ChargedRates model) {
            return new Kin(model.provider(), model.modelType(), model.output().signum() > 0);
        }

        static Kin anywhere(ChargedRates model) {
            return new Kin(null, model.modelType(), model.output().signum() > 0);
        }
    }

    private record MedianOf(Kin kin, Rate rate) {}

    private enum Rate {
        INPUT("cost_input", ChargedRates::input, Rates::input),
        OUTPUT("cost_output", ChargedRates::output, Rates::output);

        private final String field;
        private final Function<ChargedRates, BigDecimal> ofNeighbour;
        private final Function<Rates, BigDecimal> ofPrice;

        Rate(String field, Function<ChargedRates, BigDecimal> ofNeighbour, Function<Rates, BigDecimal> ofPrice) {
            this.field = field;
            this.ofNeighbour = ofNeighbour;
            this.ofPrice = ofPrice;
        }
    }

    /** The name without the maker before it: {@code deepseek-ai/DeepSeek-R1} and {@code deepseek-r1} are one model. */
    private static String plainName(ChargedRates model) {
        String name = model.name();
        return name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    /** @param model the one that the price is for */
    Optional<Suspicion> judge(ChargedRates model, Price price) {
        List<Rates> all = new ArrayList<>();
        all.add(price.rates());
        price.tiers().forEach(tier -> all.add(tier.rates()));
        for (Rates rates : all) {
            for (Rate rate : Rate.values()) {
                Optional<Suspicion> suspicion = judge(model, rate, rate.ofPrice.apply(rates));
                if (suspicion.isPresent()) {
                    return suspicion;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Suspicion> judge(ChargedRates model, Rate rate, BigDecimal listed) {
        if (listed.signum() == 0) {
            return Optional.empty();
        }
        List<BigDecimal> namesakes = byName.getOrDefault(plainName(model), List.of()).stream()
                .filter(other -> !other.provider().equals(model.provider()))
                .map(rate.ofNeighbour)
                .filter(other -> other.signum() > 0)
                .sorted()
                .toList();
        BigDecimal ofType = median(byType, Kin.anywhere(model), rate);
        if (namesakes.size() >= ENOUGH_NAMESAKES) {
            return suspicion(model, rate, listed, "namesakes", middle(namesakes));
        }
        if (ofType == null || !isFar(listed, ofType)) {
            return Optional.empty();
        }
        if (!namesakes.isEmpty()) {
            return suspicion(model, rate, listed, "namesakes", middle(namesakes));
        }
        BigDecimal ofProvider = median(byProvider, Kin.atItsProvider(model), rate);
        return ofProvider == null
                ? suspicion(model, rate, listed, "type", ofType)
                : suspicion(model, rate, listed, "provider", ofProvider);
    }

    private static Optional<Suspicion> suspicion(
            ChargedRates model, Rate rate, BigDecimal listed, String comparedWith, BigDecimal usual) {
        return isFar(listed, usual)
                ? Optional.of(new Suspicion(model.id(), rate.field, listed, comparedWith, usual))
                : Optional.empty();
    }

    /** Whether one of two rates, both above zero, is at least a hundred times the other. */
    static boolean isFar(BigDecimal one, BigDecimal other) {
        return one.compareTo(other.multiply(FAR)) >= 0 || other.compareTo(one.multiply(FAR)) >= 0;
    }

    /** Null: too few to tell what is usual. */
    private @Nullable BigDecimal median(Map<Kin, List<ChargedRates>> groups, Kin kin, Rate rate) {
        MedianOf key = new MedianOf(kin, rate);
        BigDecimal known = medians.get(key);
        if (known == null) {
            List<BigDecimal> charged = groups.getOrDefault(kin, List.of()).stream()
                    .map(rate.ofNeighbour)
                    .filter(other -> other.signum() > 0)
                    .sorted()
                    .toList();
            if (charged.size() >= ENOUGH_OF_A_TYPE) {
                known = middle(charged);
                medians.put(key, known);
            }
        }
        return known;
    }

    /** The lower of two middle ones. */
    private static BigDecimal middle(List<BigDecimal> sorted) {
        return sorted.get((sorted.size() - 1) / 2);
    }
}
