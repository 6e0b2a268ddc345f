package io.modelhub.catalog.prices;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.model.ChargedRates;
import io.modelhub.catalog.model.Price;
import io.modelhub.catalog.model.Rates;
import io.modelhub.schema.ModelType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NeighboursTest {

    private static ChargedRates model(String provider, String name, String input, String output) {
        return new ChargedRates(
                provider + "/" + name, provider, name, ModelType.Text, new BigDecimal(input), new BigDecimal(output));
    }

    private static Optional<Suspicion> judge(List<ChargedRates> others, ChargedRates model) {
        List<ChargedRates> all = new ArrayList<>(others);
        all.add(model);
        return new Neighbours(all)
                .judge(model, new Price(new Rates(model.input(), model.output(), null, null, null), List.of()));
    }

    private static List<ChargedRates> models(String provider, int count, String input, String output) {
        List<ChargedRates> models = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            models.add(model(provider, "m" + index, input, output));
        }
        return models;
    }

    @Test
    void namesakesAtOtherProvidersDecideWhateverTheOwnProviderCharges() {
        // The provider's other prices are as wrong, as where a whole list was typed in another unit.
        List<ChargedRates> others = models("wrong", 20, "100", "100");
        others.add(model("a", "deepseek-ai/DeepSeek-R1", "0.0005", "0.002"));
        others.add(model("b", "deepseek-r1", "0.0007", "0.003"));

        assertThat(judge(others, model("wrong", "deepseek-ai/DeepSeek-R1", "135", "540")))
                .contains(new Suspicion(
                        "wrong/deepseek-ai/DeepSeek-R1",
                        "cost_input",
                        new BigDecimal("135").setScale(24),
                        "namesakes",
                        new BigDecimal("0.0005")));
        assertThat(judge(others, model("wrong", "DeepSeek-R1", "0.0499", "0.002")))
                .isEmpty();
        // Either direction, and from exactly a hundred times on.
        assertThat(judge(others, model("wrong", "DeepSeek-R1", "0.000005", "0.002")))
                .isPresent();
        assertThat(judge(others, model("wrong", "DeepSeek-R1", "0.0005", "0.2")))
                .map(Suspicion::rate)
                .contains("cost_output");
    }

    @Test
    void oneNamesakeAloneNeedsTheTypeToAgree() {
        List<ChargedRates> others = models("many", 9, "0.001", "0.002");
        others.add(model("wrong", "phi", "8", "35"));

        assertThat(judge(others, model("right", "phi", "0.000075", "0.0003"))).isEmpty();
        others.remove(others.size() - 1);
        others.add(model("right", "phi", "0.000075", "0.0003"));
        assertThat(judge(others, model("wrong", "phi", "8", "35")))
                .map(Suspicion::comparedWith)
                .contains("namesakes");
    }

    @Test
    void withoutNamesakesTheProviderAndTheTypeMustAgree() {
        List<ChargedRates> others = models("cheap", 9, "0.001", "0.002");
        others.addAll(models("dear", 6, "0.05", "0.05"));

        assertThat(judge(others, model("dear", "new", "0.1", "0.2"))).isEmpty();
        assertThat(judge(others, model("dear", "new", "5", "0.05")))
                .map(Suspicion::comparedWith)
                .contains("provider");
        assertThat(judge(others, model("unknown", "new", "0.1", "0.002")))
                .map(Suspicion::comparedWith)
                .contains("type");
    }

    @Test
    void comparesWithNothingWhatHasNoNeighboursAndWhatIsFree() {
        assertThat(judge(List.of(), model("a", "m", "1000", "1000"))).isEmpty();
        assertThat(judge(models("a", 3, "1", "1"), model("a", "m", "1000", "1000")))
                .isEmpty();
        assertThat(judge(models("a", 9, "1", "1"), model("a", "m", "0", "0"))).isEmpty();
        // Free models are no measure.
        assertThat(judge(models("a", 9, "0", "0"), model("a", "m", "1000", "0")))
                .isEmpty();
        // Nor are models that write for those that put out vectors.
        assertThat(judge(models("a", 9, "1", "1"), model("a", "m", "0.00002", "0")))
                .isEmpty();
    }

    @Test
    void judgesTiersToo() {
        ChargedRates model = model("a", "m", "1", "1");
        List<ChargedRates> all = models("a", 9, "1", "1");
        all.add(model);
        Rates rates = new Rates(BigDecimal.ONE, BigDecimal.ONE, null, null, null);
        Rates wrong = new Rates(BigDecimal.ONE, new BigDecimal("200"), null, null, null);

        assertThat(new Neighbours(all).judge(model, new Price(rates, List.of(new Price.Tier(1000, wrong)))))
                .map(Suspicion::listed)
                .contains(wrong.output());
    }
}
