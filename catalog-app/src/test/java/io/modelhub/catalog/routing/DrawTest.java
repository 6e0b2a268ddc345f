package io.modelhub.catalog.routing;

import static io.modelhub.catalog.routing.TestCatalog.published;
import static io.modelhub.catalog.routing.TestCatalog.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.RoutingRuleModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawTest {

    private static final int DRAWS = 100_000;

    /** A table with one rule, whose models have these weights. */
    private static TestCatalog catalog(double... weights) {
        TestCatalog catalog =
                new TestCatalog().provider("p", EntityStatus.Active).key("k", null, "p");
        List<RoutingRuleModel> models = new ArrayList<>();
        for (int index = 0; index < weights.length; index++) {
            String id = "p/m" + index;
            catalog.model(id, EntityStatus.Active);
            models.add(RoutingRuleModel.newBuilder()
                    .setModel(id)
                    .setWeight(weights[index])
                    .build());
        }
        return catalog.rule(published("r", null, 1, "{}").setModels(models).build());
    }

    private static List<String> order(TestCatalog catalog, RoutingTable table, String seed, String... exclude) {
        Resolution.Found found =
                (Resolution.Found) catalog.router().resolve(table, request(null, seed, exclude), false);
        return found.options().stream().map(option -> option.choice().id()).toList();
    }

    private static Map<String, Integer> counts(double... weights) {
        TestCatalog catalog = catalog(weights);
        RoutingTable table = catalog.table();
        Map<String, Integer> counts = new HashMap<>();
        for (int draw = 0; draw < DRAWS; draw++) {
            counts.merge(order(catalog, table, "session-" + draw).get(0), 1, Integer::sum);
        }
        return counts;
    }

    /** Pearson's test over fixed seeds; 0.1 % of correct draws would give more than the bound. */
    private static void assertShares(double chiSquareBound, double... weights) {
        Map<String, Integer> counts = counts(weights);
        double all = IntStream.range(0, weights.length)
                .mapToDouble(index -> weights[index])
                .sum();
        double chiSquare = 0;
        for (int index = 0; index < weights.length; index++) {
            double expected = DRAWS * weights[index] / all;
            double off = counts.getOrDefault("p/m" + index, 0) - expected;
            chiSquare += off * off / expected;
        }
        assertThat(chiSquare).as("chi-square of %s", counts).isLessThan(chiSquareBound);
    }

    @Test
    void modelsAreChosenInTheSharesOfTheirWeights() {
        // Bounds: the 99.9 % quantiles for one degree of freedom less than there are models.
        assertShares(13.816, 1, 2, 7);
        assertShares(10.828, 1, 1);
        assertShares(18.467, 0.5, 0.25, 0.125, 0.0625, 0.0625);
        assertShares(10.828, 1_000_000, 10_000);
    }

    @Test
    void theSameSeedGivesTheSameOrder() {
        TestCatalog catalog = catalog(1, 2, 3, 4);
        for (int session = 0; session < 1_000; session++) {
            assertThat(order(catalog, catalog.table(), "s" + session))
                    .isEqualTo(order(catalog, catalog.table(), "s" + session));
        }
    }

    /** A changed hash would move every session of a running system. */
    @Test
    void theOrderStaysFromReleaseToRelease() {
        TestCatalog catalog = catalog(1, 2, 3, 4);
        RoutingTable table = catalog.table();

        assertThat(order(catalog, table, "a")).containsExactly("p/m1", "p/m2", "p/m3", "p/m0");
        assertThat(order(catalog, table, "42")).containsExactly("p/m1", "p/m2", "p/m3", "p/m0");
        assertThat(order(catalog, table, "ü€😀")).containsExactly("p/m0", "p/m3", "p/m1", "p/m2");
    }

    @Test
    void aModelThatGoesMovesNoneButItsOwnSessions() {
        TestCatalog catalog = catalog(1, 2, 3, 4);
        RoutingTable table = catalog.table();
        for (int session = 0; session < 10_000; session++) {
            List<String> before = order(catalog, table, "s" + session);
            List<String> without = order(catalog, table, "s" + session, "p/m2");

            assertThat(without)
                    .isEqualTo(before.stream().filter(id -> !id.equals("p/m2")).toList());
        }
    }

    @Test
    void withoutASeedEachCallIsDrawnByItself() {
        TestCatalog catalog = catalog(1, 1);
        RoutingTable table = catalog.table();
        long first = IntStream.range(0, 1_000)
                .filter(call -> ((Resolution.Found) catalog.router().resolve(table, request(null, null), false))
                        .options()
                        .get(0)
                        .choice()
                        .id()
                        .equals("p/m0"))
                .count();

        // A fair draw leaves these bounds once in 10^20 runs.
        assertThat(first).isBetween(350L, 650L);
    }
}
