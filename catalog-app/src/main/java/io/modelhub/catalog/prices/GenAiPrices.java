package io.modelhub.catalog.prices;

import io.modelhub.catalog.model.ListedModel;
import io.modelhub.catalog.model.ListedPrice;
import io.modelhub.catalog.model.Price;
import io.modelhub.catalog.model.Rates;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The data of genai-prices, {@code data.json}: providers with their models, in US dollars per million tokens. A price may
 * begin at a date and have tiers by the size of the prompt; what the catalog can't express is skipped, and what a price leaves
 * out is warned of (ADR 0057).
 */
final class GenAiPrices {

    private static final String INPUT = "input_mtok";
    private static final String OUTPUT = "output_mtok";
    private static final String CACHED = "cache_read_mtok";
    private static final String CACHE_WRITE = "cache_write_mtok";
    private static final Set<String> RATES = Set.of(INPUT, OUTPUT, CACHED, CACHE_WRITE);

    /** A bound for tiers of one rate; real ones have one or two. */
    private static final int MOST_TIERS = 100;

    private GenAiPrices() {}

    static PriceList read(ArrayNode list) {
        PriceList.Reading reading = new PriceList.Reading();
        for (int index = 0; index < list.size(); index++) {
            JsonNode provider = list.get(index);
            String slug = text(provider, "id");
            if (slug == null || !provider.path("models").isArray()) {
                reading.add("[" + index + "]", () -> {
                    throw new NotListed("not_a_provider", "is no provider: it has no id, or no list of models");
                });
            } else {
                readModels(slug, provider.path("models"), reading);
            }
        }
        return reading.list();
    }

    private static void readModels(String provider, JsonNode models, PriceList.Reading reading) {
        for (int index = 0; index < models.size(); index++) {
            JsonNode model = models.get(index);
            String id = text(model, "id");
            String name = provider + "/" + (id == null ? "[" + index + "]" : id);
            reading.add(name, () -> model(provider, id, model, new Warnings(reading, name)));
        }
    }

    /** Where an entry warns. */
    private record Warnings(PriceList.Reading reading, String name) {

        void add(String code, String reason) {
            reading.warn(name, code, reason);
        }
    }

    private static ListedModel model(String provider, @Nullable String id, JsonNode entry, Warnings warnings)
            throws NotListed {
        if (id == null) {
            throw new NotListed("not_a_model", "is no model: it has no id");
        }
        PriceList.requireProvider(provider);
        PriceList.requireName(id);
        return new ListedModel(provider, id, null, null, contextWindow(entry), prices(entry.path("prices"), warnings));
    }

    private static @Nullable String text(JsonNode entry, String field) {
        return entry.path(field).isString() ? entry.path(field).stringValue() : null;
    }

    private static @Nullable Long contextWindow(JsonNode entry) {
        JsonNode tokens = entry.path("context_window");
        return tokens.isIntegralNumber() && tokens.canConvertToLong() && tokens.longValue() > 0
                ? tokens.longValue()
                : null;
    }

    /** One price, or a list of conditional ones, of which the last whose condition holds is meant. */
    private static List<ListedPrice> prices(JsonNode prices, Warnings warnings) throws NotListed {
        if (!prices.isArray()) {
            return List.of(new ListedPrice(null, price(prices, warnings)));
        }
        List<ListedPrice> conditional = new ArrayList<>();
        Set<Instant> beginnings = new TreeSet<>();
        for (JsonNode entry : prices) {
            Instant beginning = beginning(entry.path("constraint"));
            if (beginning != null) {
                beginnings.add(beginning);
            }
            conditional.add(new ListedPrice(beginning, price(entry.path("prices"), warnings)));
        }
        if (conditional.isEmpty()) {
            throw new NotListed("no_price", "has an empty list of prices");
        }
        List<ListedPrice> dated = new ArrayList<>();
        dated.add(new ListedPrice(null, holding(conditional, Instant.MIN)));
        for (Instant beginning : beginnings) {
            Price price = holding(conditional, beginning);
            if (!price.equals(dated.get(dated.size() - 1).price())) {
                dated.add(new ListedPrice(beginning, price));
            }
        }
        return dated;
    }

    private static Price holding(List<ListedPrice> conditional, Instant time) {
        Price holding = conditional.get(0).price();
        for (ListedPrice price : conditional) {
            Instant from = price.effectiveFrom();
            if (from == null || !from.isAfter(time)) {
                holding = price.price();
            }
        }
        return holding;
    }

    /** The list counts days in UTC. Null: ever since. */
    private static @Nullable Instant beginning(JsonNode constraint) throws NotListed {
        if (constraint.isMissingNode() || constraint.isNull()) {
            return null;
        }
        String date = text(constraint, "start_date");
        if (date == null || constraint.size() > 1) {
            boolean daily = constraint.has("start_time") || constraint.has("end_time");
            throw daily
                    ? new NotListed("price_by_time_of_day", "its price depends on the time of day")
                    : new NotListed("unknown_condition", "its price depends on a condition that is not known");
        }
        try {
            LocalDate day = LocalDate.parse(date);
            if (day.getYear() < 2000 || day.getYear() > 9999) {
                throw new NotListed("malformed_price", "its start_date is not in the years 2000 to 9999");
            }
            return day.atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new NotListed("malformed_price", "its start_date is no date");
        }
    }

    private static Price price(JsonNode prices, Warnings warnings) throws NotListed {
        if (!prices.isObject()) {
            throw new NotListed("malformed_price", "its prices are no object");
        }
        Steps input = Steps.of(prices, INPUT);
        Steps output = Steps.of(prices, OUTPUT);
        if (input == null) {
            throw new NotListed("no_price", "has no " + INPUT + ", and none can be told from the entry");
        }
        if (output == null) {
            warnings.add(
                    "no_output_price", "has no " + OUTPUT + ": output is counted as free, as the list itself does");
            output = new Steps(BigDecimal.ZERO, Collections.emptySortedMap());
        }
        for (Map.Entry<String, JsonNode> other : prices.properties()) {
            if (!RATES.contains(other.getKey()) && !other.getValue().isNull()) {
                warnings.add("not_counted", "is also charged by " + other.getKey() + ", which is not counted");
            }
        }
        Steps cached = Steps.of(prices, CACHED);
        Steps cacheWrite = Steps.of(prices, CACHE_WRITE);
        Set<Long> marks = new TreeSet<>();
        Stream.of(input, output, cached, cacheWrite)
                .filter(Objects::nonNull)
                .forEach(steps -> marks.addAll(steps.above.keySet()));
        List<Price.Tier> tiers = new ArrayList<>();
        for (long mark : marks) {
            tiers.add(new Price.Tier(mark, rates(input, output, cached, cacheWrite, mark)));
        }
        return new Price(rates(input, output, cached, cacheWrite, 0), tiers);
    }

    private static Rates rates(
            Steps input, Steps output, @Nullable Steps cached, @Nullable Steps cacheWrite, long mark) {
        return new Rates(
                input.above(mark),
                output.above(mark),
                cached == null ? null : cached.above(mark),
                cacheWrite == null ? null : cacheWrite.above(mark),
                null);
    }

    /**
     * A rate and how it changes with the size of the prompt.
     *
     * @param above by the prompt's tokens above which a rate holds
     */
    private record Steps(BigDecimal base, SortedMap<Long, BigDecimal> above) {

        /** Null: there is no such rate. */
        static @Nullable Steps of(JsonNode prices, String field) throws NotListed {
            JsonNode rate = prices.path(field);
            if (rate.isMissingNode() || rate.isNull()) {
                return null;
            }
            if (!rate.isObject()) {
                return new Steps(ListedRate.PER_MILLION_TOKENS.perThousand(rate, field), Collections.emptySortedMap());
            }
            SortedMap<Long, BigDecimal> above = new TreeMap<>();
            JsonNode tiers = rate.path("tiers");
            if (!tiers.isArray() || tiers.size() > MOST_TIERS) {
                throw new NotListed("malformed_price", "the tiers of its " + field + " are no list");
            }
            for (JsonNode tier : tiers) {
                JsonNode start = tier.path("start");
                if (!start.isIntegralNumber() || !start.canConvertToLong() || start.longValue() < 1) {
                    throw new NotListed("malformed_price", "a tier of its " + field + " begins at no number of tokens");
                }
                above.put(start.longValue(), ListedRate.PER_MILLION_TOKENS.perThousand(tier.path("price"), field));
            }
            return new Steps(ListedRate.PER_MILLION_TOKENS.perThousand(rate.path("base"), field), above);
        }

        /** The rate of a prompt just above a mark. */
        BigDecimal above(long mark) {
            BigDecimal holding = base;
            for (Map.Entry<Long, BigDecimal> step : above.entrySet()) {
                if (step.getKey() <= mark) {
                    holding = step.getValue();
                }
            }
            return holding;
        }
    }
}
