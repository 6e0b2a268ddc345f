package io.modelhub.catalog.prices;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.model.ListedModel;
import io.modelhub.catalog.model.ListedPrice;
import io.modelhub.catalog.model.Price;
import io.modelhub.catalog.model.Rates;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class GenAiPricesTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static PriceList sample() throws IOException {
        try (InputStream sample =
                Objects.requireNonNull(GenAiPricesTest.class.getResourceAsStream("/genai-prices-sample.json"))) {
            return GenAiPrices.read((ArrayNode) JSON.readTree(sample));
        }
    }

    private static PriceList read(String prices) {
        return GenAiPrices.read((ArrayNode)
                JSON.readTree("[{\"id\":\"p\",\"models\":[{\"id\":\"m\",\"prices\":%s}]}]".formatted(prices)));
    }

    private static Rates rates(String input, String output, @Nullable String cached, @Nullable String cacheWrite) {
        return new Rates(
                new BigDecimal(input),
                new BigDecimal(output),
                cached == null ? null : new BigDecimal(cached),
                cacheWrite == null ? null : new BigDecimal(cacheWrite),
                null);
    }

    private static Price flat(Rates rates) {
        return new Price(rates, List.of());
    }

    @Test
    void readsTheModelsWithAPriceByTheToken() throws IOException {
        assertThat(sample().models().keySet())
                .containsExactly(
                        "acme/large",
                        "acme/tiered",
                        "acme/steps",
                        "acme/dated",
                        "acme/speaking",
                        "acme/vectors",
                        "other/maker/large:7");
        assertThat(sample().models().get("acme/large"))
                .isEqualTo(new ListedModel(
                        "acme",
                        "large",
                        null,
                        null,
                        128_000L,
                        List.of(new ListedPrice(null, flat(rates("0.0025", "0.01", "0.00125", "0.003125"))))));
    }

    @Test
    void saysWhyItSkipsEachOtherEntry() throws IOException {
        assertThat(sample().skipped())
                .extracting(skipped -> skipped.name() + ": " + skipped.code())
                .containsExactly(
                        "acme/free: no_price",
                        "acme/by-night: price_by_time_of_day",
                        "acme/on-request: unknown_condition",
                        "acme/negative: malformed_price",
                        "acme/large: duplicate_id",
                        "acme/two words: malformed_name",
                        "acme/[12]: not_a_model",
                        "NOT A SLUG/m: malformed_provider",
                        "[3]: not_a_provider");
    }

    @Test
    void saysWhatAPriceLeavesOut() throws IOException {
        assertThat(sample().warnings())
                .extracting(warning -> warning.name() + ": " + warning.code() + ": " + warning.reason())
                .containsExactly(
                        "acme/speaking: not_counted: is also charged by input_audio_mtok, which is not counted",
                        "acme/speaking: not_counted: is also charged by requests_kcount, which is not counted",
                        "acme/vectors: no_output_price: has no output_mtok: output is counted as free, as the list itself"
                                + " does");
    }

    @Test
    void makesATierOfEachStepThatAnyRateHas() throws IOException {
        assertThat(sample().models().get("acme/tiered").prices())
                .containsExactly(new ListedPrice(
                        null,
                        new Price(
                                rates("0.003", "0.015", "0.0003", null),
                                List.of(new Price.Tier(200_000, rates("0.006", "0.0225", "0.0003", null))))));
        assertThat(sample().models().get("acme/steps").prices())
                .containsExactly(new ListedPrice(
                        null,
                        new Price(
                                rates("0.001", "0.002", null, null),
                                List.of(
                                        new Price.Tier(1_000, rates("0.003", "0.002", null, null)),
                                        new Price.Tier(2_000, rates("0.003", "0.004", null, null)),
                                        new Price.Tier(3_000, rates("0.005", "0.004", null, null))))));
    }

    @Test
    void makesAPeriodOfEachDate() throws IOException {
        assertThat(sample().models().get("acme/dated").prices())
                .containsExactly(
                        new ListedPrice(null, flat(rates("0.01", "0.04", null, null))),
                        new ListedPrice(
                                Instant.parse("2025-06-10T00:00:00Z"), flat(rates("0.002", "0.008", null, null))),
                        new ListedPrice(
                                Instant.parse("2031-06-10T00:00:00Z"), flat(rates("0.001", "0.004", null, null))));
    }

    @Test
    void takesTheLastPriceOfTheListThatHoldsWhateverTheOrderOfDates() {
        // From 2026 on the first entry's date has come too, but the last entry that holds is meant.
        assertThat(read("""
                        [{"constraint":{"start_date":"2026-01-01"},"prices":{"input_mtok":1,"output_mtok":1}},
                        {"prices":{"input_mtok":2,"output_mtok":2}},
                        {"constraint":{"start_date":"2025-01-01"},"prices":{"input_mtok":3,"output_mtok":3}}]""").models().get("p/m").prices())
                .containsExactly(
                        new ListedPrice(null, flat(rates("0.002", "0.002", null, null))),
                        new ListedPrice(
                                Instant.parse("2025-01-01T00:00:00Z"), flat(rates("0.003", "0.003", null, null))));
    }

    /** For every rate of a list: a thousandth of the rate, to the last digit. */
    @Test
    void convertsEveryRateExactly() {
        long seed = System.nanoTime();
        System.out.println("GenAiPricesTest.convertsEveryRateExactly seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            BigDecimal input = new BigDecimal(new BigInteger(1 + random.nextInt(36), random), random.nextInt(21));
            Rates rates = Objects.requireNonNull(
                            read("{\"input_mtok\":%s,\"output_mtok\":%s}".formatted(input, input.toPlainString()))
                                    .models()
                                    .get("p/m"))
                    .prices()
                    .get(0)
                    .price()
                    .rates();

            assertThat(rates.input().multiply(BigDecimal.valueOf(1_000))).isEqualByComparingTo(input);
            assertThat(rates.output()).isEqualTo(rates.input());
        }
    }

    @Test
    void readsOrSkipsAnyNonsense() {
        long seed = System.nanoTime();
        System.out.println("GenAiPricesTest.readsOrSkipsAnyNonsense seed " + seed);
        Random random = new Random(seed);
        List<String> rates = List.of("input_mtok", "output_mtok", "cache_read_mtok", "requests_kcount");
        for (int round = 0; round < 5_000; round++) {
            ArrayNode list = (ArrayNode) JSON.readTree("""
                    [{"id":"p","models":[{"id":"m","prices":[{"prices":{"input_mtok":1,"output_mtok":2}},
                    {"constraint":{"start_date":"2026-01-01"},"prices":{"input_mtok":2,"output_mtok":3}}]}]}]""");
            ObjectNode model = (ObjectNode) list.path(0).path("models").path(0);
            ObjectNode last = (ObjectNode) model.path("prices").path(1);
            switch (random.nextInt(7)) {
                case 0 -> list.set(0, Nonsense.any(random, JSON));
                case 1 ->
                    ((ObjectNode) list.path(0)).set(random.nextBoolean() ? "id" : "models", Nonsense.any(random, JSON));
                case 2 -> model.set(random.nextBoolean() ? "id" : "context_window", Nonsense.any(random, JSON));
                case 3 -> model.set("prices", Nonsense.any(random, JSON));
                case 4 -> last.set(random.nextBoolean() ? "constraint" : "prices", Nonsense.any(random, JSON));
                default ->
                    ((ObjectNode) last.path("prices"))
                            .set(rates.get(random.nextInt(rates.size())), Nonsense.any(random, JSON));
            }

            PriceList read = GenAiPrices.read(list);

            assertThat(read.models().size() + read.skipped().size())
                    .as(list.toString())
                    .isLessThanOrEqualTo(2);
        }
    }
}
