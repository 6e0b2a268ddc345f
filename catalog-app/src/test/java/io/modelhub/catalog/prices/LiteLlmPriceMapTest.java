package io.modelhub.catalog.prices;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.model.ListedModel;
import io.modelhub.catalog.model.ListedPrice;
import io.modelhub.catalog.model.Price;
import io.modelhub.catalog.model.Rates;
import io.modelhub.schema.ModelType;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LiteLlmPriceMapTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static PriceList sample() throws IOException {
        try (InputStream sample =
                Objects.requireNonNull(LiteLlmPriceMapTest.class.getResourceAsStream("/litellm-sample.json"))) {
            return LiteLlmPriceMap.read((ObjectNode) JSON.readTree(sample));
        }
    }

    private static Rates rates(
            String input,
            String output,
            @Nullable String cached,
            @Nullable String cacheWrite,
            @Nullable String reasoning) {
        return new Rates(
                new BigDecimal(input),
                new BigDecimal(output),
                cached == null ? null : new BigDecimal(cached),
                cacheWrite == null ? null : new BigDecimal(cacheWrite),
                reasoning == null ? null : new BigDecimal(reasoning));
    }

    @Test
    void readsAModelWithEveryRateAndItsTier() throws IOException {
        Price price = new Price(
                rates("0.0025", "0.01", "0.00125", "0.003125", "0.012"),
                List.of(new Price.Tier(200_000, rates("0.005", "0.015", "0.00125", "0.003125", "0.012"))));

        assertThat(sample().models().get("acme/acme-large"))
                .isEqualTo(new ListedModel(
                        "acme",
                        "acme-large",
                        ModelType.Text,
                        List.of("function_calling", "vision"),
                        128_000L,
                        List.of(new ListedPrice(null, price))));
    }

    @Test
    void readsWhatIsAModelWithAPriceAndNothingElse() throws IOException {
        assertThat(sample().models().keySet())
                .containsExactly(
                        "acme/acme-large",
                        "acme/acme-large@2031",
                        "acme/eu/small:0",
                        "acme/acme-free",
                        "other/vectors",
                        "other/drawing-by-token",
                        "other/speech");
    }

    @Test
    void saysWhyItSkipsEachOtherEntry() throws IOException {
        assertThat(sample().skipped())
                .extracting(skipped -> skipped.name() + ": " + skipped.code())
                .containsExactly(
                        "sample_spec: not_a_model",
                        "acme/acme-large: duplicate_id",
                        "other/rank: not_priced_by_token",
                        "other/half: no_price",
                        "other/nothing: no_price",
                        "other/drawing: not_priced_by_token",
                        "other/steps: not_priced_by_token",
                        "other/film: not_priced_by_token",
                        "other/text-price: malformed_price",
                        "other/negative: malformed_price",
                        "other/endless: malformed_price",
                        "other/store: unknown_mode",
                        "other/modeless: unknown_mode",
                        "two words: malformed_name",
                        "shouting: malformed_provider",
                        "rules: not_a_model",
                        "last_updated: not_a_model");
    }

    @Test
    void takesTheContextWindowFromTheFirstFieldThatHoldsANumber() throws IOException {
        assertThat(sample().models().values())
                .extracting(ListedModel::contextWindow)
                .containsExactly(128_000L, 8_192L, 4_096L, null, null, null, null);
    }

    @Test
    void tellsTheTypeByTheMode() throws IOException {
        assertThat(sample().models().get("other/drawing-by-token").modelType()).isEqualTo(ModelType.Image);
        assertThat(sample().models().get("other/speech").modelType()).isEqualTo(ModelType.Voice);
    }

    @Test
    void countsNoOutputForAModelThatPutsOutNoTokens() throws IOException {
        assertThat(sample().models()
                        .get("other/vectors")
                        .prices()
                        .get(0)
                        .price()
                        .rates())
                .isEqualTo(rates("0.00002", "0", null, null, null));
    }

    @Test
    void skipsAPriceWithMoreTiersThanAModelMayHave() {
        assertThat(LiteLlmPriceMap.read(withTiers(100))
                        .models()
                        .get("p/m")
                        .prices()
                        .get(0)
                        .price()
                        .tiers())
                .hasSize(100);
        assertThat(LiteLlmPriceMap.read(withTiers(101)).skipped())
                .containsExactly(new Remark("m", "malformed_price", "its price has more than 100 tiers"));
    }

    private static ObjectNode withTiers(int count) {
        ObjectNode list = (ObjectNode) JSON.readTree("""
                {"m":{"litellm_provider":"p","mode":"chat","input_cost_per_token":1e-6,"output_cost_per_token":2e-6}}""");
        for (int thousands = 1; thousands <= count; thousands++) {
            ((ObjectNode) list.get("m")).put("input_cost_per_token_above_" + thousands + "k_tokens", 1e-5);
        }
        return list;
    }

    /** For every rate of a list: a thousand times the rate, to the last digit. */
    @Test
    void convertsEveryRateExactly() {
        long seed = System.nanoTime();
        System.out.println("LiteLlmPriceMapTest.convertsEveryRateExactly seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            BigDecimal input = anyRate(random);
            BigDecimal output = anyRate(random);
            ObjectNode list = (ObjectNode) JSON.readTree("""
                    {"m":{"litellm_provider":"p","mode":"chat","input_cost_per_token":%s,"output_cost_per_token":%s}}""".formatted(input, output.toPlainString()));

            Rates rates = Objects.requireNonNull(
                            LiteLlmPriceMap.read(list).models().get("p/m"))
                    .prices()
                    .get(0)
                    .price()
                    .rates();

            assertThat(rates.input()).isEqualByComparingTo(input.multiply(BigDecimal.valueOf(1_000)));
            assertThat(rates.output().divide(BigDecimal.valueOf(1_000))).isEqualByComparingTo(output);
        }
    }

    /** Whatever stands in a list, it is read or skipped, never an error. */
    @Test
    void readsOrSkipsAnyNonsense() {
        long seed = System.nanoTime();
        System.out.println("LiteLlmPriceMapTest.readsOrSkipsAnyNonsense seed " + seed);
        Random random = new Random(seed);
        List<String> fields = List.of(
                "litellm_provider",
                "mode",
                "input_cost_per_token",
                "output_cost_per_token",
                "cache_read_input_token_cost",
                "input_cost_per_token_above_200k_tokens",
                "output_cost_per_token_above_999999999k_tokens",
                "max_tokens",
                "max_input_tokens",
                "supports_vision",
                "output_cost_per_image",
                "tiered_pricing");
        for (int round = 0; round < 5_000; round++) {
            ObjectNode entry = (ObjectNode)
                    JSON.readTree(
                            "{\"litellm_provider\":\"p\",\"mode\":\"chat\",\"input_cost_per_token\":1e-6,\"output_cost_per_token\":2e-6}");
            for (int change = random.nextInt(4); change >= 0; change--) {
                entry.set(fields.get(random.nextInt(fields.size())), Nonsense.any(random, JSON));
            }
            ObjectNode list = JSON.createObjectNode();
            list.set("m", entry);

            PriceList read = LiteLlmPriceMap.read(list);

            assertThat(read.models().size() + read.skipped().size())
                    .as(list.toString())
                    .isEqualTo(1);
        }
    }

    /** Up to 20 places, as real lists have, and 14 digits per 1,000 tokens; written with and without an exponent. */
    private static BigDecimal anyRate(Random random) {
        return new BigDecimal(new BigInteger(1 + random.nextInt(36), random), random.nextInt(21));
    }
}
