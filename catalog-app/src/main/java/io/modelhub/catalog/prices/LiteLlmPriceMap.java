package io.modelhub.catalog.prices;

import io.modelhub.catalog.model.ListedModel;
import io.modelhub.catalog.model.ListedPrice;
import io.modelhub.catalog.model.Price;
import io.modelhub.catalog.model.Rates;
import io.modelhub.schema.ModelType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * LiteLLM's {@code model_prices_and_context_window.json}: an object of models by name, with US dollars per token. Nothing is
 * guessed: an entry that is no model, or has no price by the token, is skipped and says why (ADR 0023).
 */
final class LiteLlmPriceMap {

    private static final String TEMPLATE = "sample_spec";

    private static final Map<String, ModelType> TYPES = Map.ofEntries(
            Map.entry("chat", ModelType.Text),
            Map.entry("completion", ModelType.Text),
            Map.entry("responses", ModelType.Text),
            Map.entry("embedding", ModelType.Text),
            Map.entry("rerank", ModelType.Text),
            Map.entry("moderation", ModelType.Text),
            Map.entry("search", ModelType.Text),
            Map.entry("ocr", ModelType.Text),
            Map.entry("image_generation", ModelType.Image),
            Map.entry("image_edit", ModelType.Image),
            Map.entry("audio_transcription", ModelType.Voice),
            Map.entry("audio_speech", ModelType.Voice),
            Map.entry("realtime", ModelType.Voice),
            Map.entry("video_generation", ModelType.Video));

    /** These put out vectors, ranks and flags, and no tokens: an entry without an output rate is whole. */
    private static final Set<String> WITHOUT_OUTPUT_TOKENS = Set.of("embedding", "rerank", "moderation");

    private static final String INPUT = "input_cost_per_token";
    private static final String OUTPUT = "output_cost_per_token";
    private static final String CACHED = "cache_read_input_token_cost";
    private static final String CACHE_WRITE = "cache_creation_input_token_cost";
    private static final String REASONING = "output_cost_per_reasoning_token";

    /** The whole call is charged at these once its prompt is longer than so many thousand tokens. */
    private static final Pattern TIER = Pattern.compile(
            "(" + String.join("|", INPUT, OUTPUT, CACHED, CACHE_WRITE, REASONING) + ")_above_([0-9]{1,9})k_tokens");

    /** What the model itself is charged by, other than text tokens: images, seconds, pages, queries, audio tokens. */
    private static final Pattern OTHER_UNIT =
            Pattern.compile("(input|output|ocr|annotation)_cost_per_(?!token(_|$)).+|tiered_pricing");

    /** What comes after it is a word that a model may have among its capabilities. */
    private static final Pattern CAPABILITY = Pattern.compile("supports_(\\w{1,64})");

    private LiteLlmPriceMap() {}

    static PriceList read(ObjectNode list) {
        PriceList.Reading reading = new PriceList.Reading();
        list.forEachEntry((name, entry) -> reading.add(name, () -> model(name, entry)));
        return reading.list();
    }

    private static ListedModel model(String key, JsonNode entry) throws NotListed {
        String provider = text(entry, "litellm_provider");
        if (TEMPLATE.equals(key) || !entry.isObject() || provider == null) {
            throw new NotListed("not_a_model", "is no model: it has no provider, or is the list's own template");
        }
        PriceList.requireProvider(provider);
        String name = key.startsWith(provider + "/") ? key.substring(provider.length() + 1) : key;
        PriceList.requireName(name);
        String mode = text(entry, "mode");
        ModelType type = mode == null ? null : TYPES.get(mode);
        if (mode == null || type == null) {
            throw new NotListed("unknown_mode", "does not say by a known mode what it makes");
        }
        Price price = price(entry, mode);
        return new ListedModel(
                provider, name, type, capabilities(entry), contextWindow(entry), List.of(new ListedPrice(null, price)));
    }

    private static @Nullable String text(JsonNode entry, String field) {
        return entry.path(field).isString() ? entry.path(field).stringValue() : null;
    }

    private static List<String> capabilities(JsonNode entry) {
        Set<String> capabilities = new TreeSet<>();
        entry.forEachEntry((field, value) -> {
            Matcher capability = CAPABILITY.matcher(field);
            if (value.isBoolean() && value.booleanValue() && capability.matches()) {
                capabilities.add(capability.group(1));
            }
        });
        return List.copyOf(capabilities);
    }

    private static @Nullable Long contextWindow(JsonNode entry) {
        return tokens(entry.path("max_input_tokens"))
                .or(() -> tokens(entry.path("max_tokens")))
                .orElse(null);
    }

    /** Some entries write whole numbers with a fraction of zero. */
    private static Optional<Long> tokens(JsonNode number) {
        if (!number.isNumber()) {
            return Optional.empty();
        }
        BigDecimal count = number.decimalValue();
        boolean fits = count.signum() > 0 && (long) count.precision() - count.scale() <= 18 && count.scale() <= 18;
        return fits && count.stripTrailingZeros().scale() <= 0 ? Optional.of(count.longValueExact()) : Optional.empty();
    }

    private static Price price(JsonNode entry, String mode) throws NotListed {
        BigDecimal input = rate(entry, INPUT);
        BigDecimal output = rate(entry, OUTPUT);
        if (input != null && output == null && WITHOUT_OUTPUT_TOKENS.contains(mode)) {
            output = BigDecimal.ZERO;
        }
        String otherUnit = otherUnit(entry);
        boolean zero = input != null && output != null && input.signum() == 0 && output.signum() == 0;
        // Zero by the token beside a price by something else is no price of zero.
        if (otherUnit != null && (zero || (input == null && output == null))) {
            throw new NotListed("not_priced_by_token", "is priced by " + otherUnit + " and not by the token");
        }
        if (input == null || output == null) {
            throw new NotListed(
                    "no_price", "has no " + (input == null ? INPUT : OUTPUT) + ", and none can be told from the entry");
        }
        Rates rates = new Rates(input, output, rate(entry, CACHED), rate(entry, CACHE_WRITE), rate(entry, REASONING));
        return new Price(rates, tiers(entry, rates));
    }

    private static @Nullable String otherUnit(JsonNode entry) {
        for (String field : entry.propertyNames()) {
            JsonNode value = entry.path(field);
            boolean charged = value.isNumber() ? value.decimalValue().signum() > 0 : value.isArray();
            if (charged && OTHER_UNIT.matcher(field).matches()) {
                return field;
            }
        }
        return null;
    }

    private static List<Price.Tier> tiers(JsonNode entry, Rates base) throws NotListed {
        Set<Long> marks = new TreeSet<>();
        for (String field : entry.propertyNames()) {
            Matcher tier = TIER.matcher(field);
            if (tier.matches()) {
                marks.add(Long.parseLong(tier.group(2)));
            }
        }
        List<Price.Tier> tiers = new ArrayList<>();
        for (long thousands : marks) {
            if (thousands > 0) {
                tiers.add(
                        new Price.Tier(thousands * 1_000, tierRates(entry, base, "_above_" + thousands + "k_tokens")));
            }
        }
        return tiers;
    }

    /** A rate that the tier doesn't give stays as it is below the mark. */
    private static Rates tierRates(JsonNode entry, Rates base, String suffix) throws NotListed {
        BigDecimal input = rate(entry, INPUT + suffix);
        BigDecimal output = rate(entry, OUTPUT + suffix);
        BigDecimal cached = rate(entry, CACHED + suffix);
        BigDecimal cacheWrite = rate(entry, CACHE_WRITE + suffix);
        BigDecimal reasoning = rate(entry, REASONING + suffix);
        boolean reasoningFollowsOutput = base.output().equals(base.reasoning());
        return new Rates(
                input == null ? base.input() : input,
                output == null ? base.output() : output,
                cached == null ? base.inputCached() : cached,
                cacheWrite == null ? base.cacheWrite() : cacheWrite,
                reasoning == null && !reasoningFollowsOutput ? base.reasoning() : reasoning);
    }

    /** US dollars per 1,000 tokens, exactly; null: the entry has no such rate. */
    private static @Nullable BigDecimal rate(JsonNode entry, String field) throws NotListed {
        JsonNode perToken = entry.path(field);
        if (perToken.isMissingNode() || perToken.isNull()) {
            return null;
        }
        return ListedRate.PER_TOKEN.perThousand(perToken, field);
    }
}
