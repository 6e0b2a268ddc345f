package io.modelhub.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnPricesTest {

    private final OwnPrices prices = OwnPrices.read();

    @Test
    void nameAboutFortyModelsOnceEach() {
        assertThat(prices.models())
                .hasSizeBetween(35, 45)
                .extracting(OwnPrices::id)
                .doesNotHaveDuplicates();
    }

    @Test
    void haveASourceAndADate() {
        assertThat(LocalDate.parse(prices.asOf())).isBefore("2027-01-01");
        assertThat(prices.models())
                .allSatisfy(model -> assertThat(model.path("source").asText()).startsWith("https://"));
    }

    @Test
    void areDecimalTextsThatAreMoreThanZero() {
        for (JsonNode model : prices.models()) {
            for (String rate : List.of("cost_input", "cost_output")) {
                assertThat(model.path(rate).isTextual()).as(OwnPrices.id(model)).isTrue();
                assertThat(new BigDecimal(model.path(rate).asText())).isPositive();
            }
        }
    }

    @Test
    void coverTheProvidersOfTheModelsAndOfTheDemosKeys() {
        List<String> providers = prices.providers().stream()
                .map(provider -> provider.path("slug").asText())
                .toList();

        assertThat(providers).containsAll(prices.wellKnownModels().keySet());
        assertThat(prices.wellKnownModels().keySet())
                .containsAll(DemoCustomers.KEYS.stream().map(DemoKey::provider).toList());
    }
}
