package io.modelhub.local.reprice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.modelhub.local.usage.Catalog;
import io.modelhub.local.usage.Logs;
import io.modelhub.local.usage.Placed;
import io.modelhub.local.usage.Rates;
import io.modelhub.local.usage.Rating;
import io.modelhub.local.usage.Span;
import io.modelhub.schema.FormerOwner;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.PriceCorrection;
import io.modelhub.schema.PriceTier;
import io.modelhub.schema.UsageCorrection;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Amounts worked out by hand, in US dollars; a price of 1 makes 1,000 tokens cost a dollar. */
class RepricingTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    /** When the model's price is stated, in the cases that have calls before and after. */
    private static final Instant STATED = NOON.plusSeconds(3600);

    private static final String KEY = "k1";

    @TempDir
    private Path folder;

    private Model model = Logs.model("p/m", Logs.price("1", "2").build());
    private Selection selection = new Selection(Set.of(), Span.ALWAYS);
    private FormerOwner[] formerOwners = {};
    private final List<Placed<ModelMetrics>> log = new ArrayList<>();
    private final List<UsageCorrection> topic = new ArrayList<>();

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void theDifferenceOfOneCall(String what, ModelMetrics.Builder call, ModelPrice right, String expected) {
        add(call, NOON);
        correct(correction(1, NOON, NOON.plusSeconds(60), right));

        assertThat(run()).singleElement().satisfies(one -> {
            assertThat(one.getDifference()).isEqualByComparingTo(expected);
            assertThat(one.getRequests()).isEqualTo(1);
            assertThat(one.getPriceCorrection()).isEqualTo(1);
        });
        assertThat(run()).isEmpty();
    }

    static Stream<Arguments> theDifferenceOfOneCall() {
        return Stream.of(
                row("input and output", tokens(1_000, 500), price("3", "4"), "3"), // 2 → 5
                row("cheaper", tokens(1_000, 500), price("0.5", "1"), "-1"),
                row("free", tokens(1_000, 500), price("0", "0"), "-2"),
                row(
                        "cached input at a rate of its own",
                        tokens(1_000, 0).setTokensInputCached(800),
                        Logs.price("1", "2").setCostInputCached(new BigDecimal("0.1")),
                        "-0.72"), // 1 → 0.2 + 0.08
                row(
                        "cache writes at a rate of their own",
                        tokens(1_000, 0).setTokensCacheWrite(400),
                        Logs.price("1", "2").setCostCacheWrite(new BigDecimal("1.25")),
                        "0.1"),
                row(
                        "reasoning at a rate of its own",
                        tokens(0, 1_000).setTokensReasoning(600),
                        Logs.price("1", "2").setCostReasoning(new BigDecimal("5")),
                        "1.8"), // 2 → 0.8 + 3
                row("above the tier's mark", tokens(1_001, 0), tiered("1", 1_000, "3"), "2.002"),
                // Half even: 1.5 picos become 2, and 1 was charged before by ...0001.
                row("rounded once", tokens(1, 0), price("0.0000000015", "0"), "-0.000999999998"));
    }

    @Test
    void aTierDoesNotTouchSmallerCalls() {
        add(tokens(1_000, 0), NOON);
        correct(correction(
                1,
                NOON,
                NOON.plusSeconds(60),
                tiered("1", 1_000, "3").setCostOutput(new BigDecimal("2")).build()));

        // The record says so though nothing changes for this call: a price is corrected, not an amount.
        assertThat(run())
                .singleElement()
                .satisfies(one -> assertThat(one.getDifference()).isEqualByComparingTo("0"));
        assertThat(run()).isEmpty();
    }

    @Test
    void callsFromBeforeTheFirstPriceBecomePriced() {
        model = Logs.model(
                "p/m",
                Logs.price("1", "2")
                        .setRecordedAt(STATED)
                        .setReason("list of March")
                        .build());
        add(tokens(1_000, 0).setApiKey(KEY).setRoutingRule("r1"), STATED.minusMillis(1));
        add(tokens(1_000, 0).setApiKey(KEY).setRoutingRule("r1"), STATED); // was priced

        UsageCorrection one = run().get(0);

        assertThat(one.getOldPrice()).isNull();
        assertThat(Rates.of(one.getNewPrice()))
                .isEqualTo(Rates.of(model.getPrices().get(0)));
        assertThat(one.getPriceCorrection()).isNull();
        assertThat(one.getReason()).isEqualTo("the price came after the calls: list of March");
        assertThat(one.getRequests()).isEqualTo(1);
        assertThat(one.getDifference()).isEqualByComparingTo("1");
        assertThat(one.getOrganization()).isEqualTo("acme");
        assertThat(one.getApiKey()).isEqualTo(KEY);
        assertThat(one.getRoutingRule()).isEqualTo("r1");
        assertThat(one.getRangeStart()).isEqualTo(NOON);
        assertThat(one.getRangeEnd()).isEqualTo(NOON.plusSeconds(60));
        assertThat(one.getAsOf()).containsExactly(2L, 0L);
        assertThat(run()).isEmpty();
    }

    @Test
    void aFirstPriceOfNothingMakesCallsPricedToo() {
        model = Logs.model("p/m", Logs.price("0", "0").setRecordedAt(STATED).build());
        add(tokens(1_000, 0), NOON);

        assertThat(run()).singleElement().satisfies(one -> {
            assertThat(one.getOldPrice()).isNull();
            assertThat(one.getDifference()).isEqualByComparingTo("0");
        });
        assertThat(run()).isEmpty();
    }

    @Test
    void aCorrectionOfACorrectionGoesFromOneToTheOther() {
        add(tokens(1_000, 0), NOON);
        correct(Logs.correction(1, NOON, NOON.plusSeconds(60), "3"));
        assertThat(run())
                .singleElement()
                .satisfies(one -> assertThat(one.getDifference()).isEqualByComparingTo("2"));

        correct(Logs.correction(2, NOON, NOON.plusSeconds(60), "2.5"));
        assertThat(run()).singleElement().satisfies(one -> {
            assertThat(one.getOldPrice().getCostInput()).isEqualByComparingTo("3");
            assertThat(one.getDifference()).isEqualByComparingTo("-0.5");
            assertThat(one.getReason()).isEqualTo("price correction 2");
        });

        // Back to where it was after the first: another record with another id.
        correct(Logs.correction(3, NOON, NOON.plusSeconds(60), "3"));
        assertThat(run())
                .singleElement()
                .satisfies(one -> assertThat(one.getDifference()).isEqualByComparingTo("0.5"));
        assertThat(ids()).doesNotHaveDuplicates().hasSize(3);
        assertThat(run()).isEmpty();
    }

    @Test
    void aCorrectionThatSaysThePriceOnceMoreCorrectsNothing() {
        add(tokens(1_000, 0), NOON);
        correct(correction(1, NOON, NOON.plusSeconds(60), price("1.000", "2").build()));

        assertThat(run()).isEmpty();
    }

    @Test
    void aSentCostStands() {
        add(tokens(1_000, 0).setCost(new BigDecimal("7")), NOON);
        correct(Logs.correction(1, NOON, NOON.plusSeconds(60), "3"));

        assertThat(run()).isEmpty();
    }

    @Test
    void callsOfAModelThatIsNoMoreAreLeftAlone() {
        add(tokens(1_000, 0).setModel("p/withdrawn"), NOON);

        Repricing repricing = repricing();
        repricing.compute(topic::add);

        assertThat(topic).isEmpty();
        assertThat(repricing.unknownModels()).containsExactly("p/withdrawn");
    }

    @Test
    void aModelThatHasNoPriceYetLeavesItsCallsUnpriced() {
        model = Logs.model("p/m");
        add(tokens(1_000, 0), NOON);

        assertThat(run()).isEmpty();
    }

    @Test
    void takesTheCallsFromTheBeginningOnAndNotThoseOfTheEnd() {
        add(tokens(1, 0).setTimestamp(NOON.minusMillis(1)), NOON);
        add(tokens(10, 0).setTimestamp(NOON), NOON);
        add(tokens(100, 0).setTimestamp(NOON.plusMillis(29_999)), NOON);
        add(tokens(1_000, 0).setTimestamp(NOON.plusSeconds(30)), NOON);
        correct(Logs.correction(1, NOON.minusSeconds(60), NOON.plusSeconds(60), "2"));

        selection = new Selection(Set.of("p/m"), new Span(NOON, NOON.plusSeconds(30)));
        assertThat(run()).singleElement().satisfies(one -> {
            assertThat(one.getDifference()).isEqualByComparingTo("0.11");
            assertThat(one.getRangeStart()).isEqualTo(NOON);
            assertThat(one.getRangeEnd()).isEqualTo(NOON.plusSeconds(30));
        });

        selection = new Selection(Set.of("p/m"), Span.ALWAYS);
        assertThat(run().stream().map(UsageCorrection::getDifference).sorted().toList())
                .usingElementComparator(BigDecimal::compareTo)
                .containsExactly(new BigDecimal("0.001"), new BigDecimal("1"));
        assertThat(run()).isEmpty();
    }

    @Test
    void takesTheModelsAskedForAlone() {
        add(tokens(1_000, 0), NOON);
        correct(Logs.correction(1, NOON, NOON.plusSeconds(60), "2"));
        selection = new Selection(Set.of("p/other"), Span.ALWAYS);

        assertThat(run()).isEmpty();
    }

    @Test
    void aMinuteWithTwoPricesGetsACorrectionForEach() {
        model = Logs.model(
                "p/m",
                Logs.price("1", "1").build(),
                Logs.price("2", "2").setEffectiveFrom(NOON.plusSeconds(30)).build());
        add(tokens(1_000, 0).setTimestamp(NOON.plusSeconds(29)), NOON);
        add(tokens(1_000, 0).setTimestamp(NOON.plusSeconds(30)), NOON);
        add(tokens(1_000, 0).setTimestamp(NOON.plusSeconds(50)), NOON);
        correct(Logs.correction(1, NOON.plusSeconds(10), NOON.plusSeconds(40), "4"));

        assertThat(run().stream()
                        .map(one -> "%s %s %s"
                                .formatted(
                                        Duration.between(NOON, one.getRangeStart())
                                                .toSeconds(),
                                        Duration.between(NOON, one.getRangeEnd())
                                                .toSeconds(),
                                        one.getDifference().stripTrailingZeros())))
                .containsExactlyInAnyOrder("10 30 3", "30 40 2");
        assertThat(run()).isEmpty();
    }

    @Test
    void aCallThatCameAfterTheCorrectionIsCorrectedByTheNextRun() {
        correct(Logs.correction(1, NOON, NOON.plusSeconds(60), "2"));
        add(tokens(1_000, 0), NOON);
        assertThat(run()).hasSize(1);

        add(tokens(500, 0), NOON.plusSeconds(7200));

        assertThat(run()).singleElement().satisfies(one -> {
            assertThat(one.getRequests()).isEqualTo(1);
            assertThat(one.getDifference()).isEqualByComparingTo("0.5");
        });
        assertThat(run()).isEmpty();
    }

    @Test
    void aRunThatWasKilledMidwayIsCompletedByTheNext() {
        correct(Logs.correction(1, NOON, NOON.plusSeconds(3600), "2"));
        for (int minute = 0; minute < 10; minute++) {
            add(tokens(1_000, 0).setTimestamp(NOON.plusSeconds(60L * minute)), STATED);
        }
        List<UsageCorrection> all = computed();
        topic.addAll(all.subList(0, 4));

        assertThat(run()).containsExactlyInAnyOrderElementsOf(all.subList(4, 10));
        assertThat(run()).isEmpty();
    }

    @Test
    void twoRunsThatDoNotKnowOfEachOtherGiveTheSameIds() {
        correct(Logs.correction(1, NOON, NOON.plusSeconds(60), "2"));
        add(tokens(1_000, 0), NOON);
        List<UsageCorrection> one = computed();
        add(tokens(500, 0), NOON);
        List<UsageCorrection> other = computed(); // knows a call more
        topic.addAll(one);
        topic.addAll(other);

        assertThat(ids()).hasSize(2).containsOnly(one.get(0).getId());
        // The second record was not applied, so its call is still to be corrected.
        assertThat(run())
                .singleElement()
                .satisfies(last -> assertThat(last.getDifference()).isEqualByComparingTo("0.5"));
        assertThat(run()).isEmpty();
    }

    /** Whose the key is now had nothing of it. */
    @Test
    void callsAreCorrectedWhereTheyWereCounted() {
        formerOwners = new FormerOwner[] {new FormerOwner("globex", NOON.plusMillis(1))};
        correct(Logs.correction(1, NOON, NOON.plusSeconds(60), "2"));
        add(tokens(1_000, 0).setApiKey(KEY), NOON);
        add(tokens(3_000, 0).setApiKey(KEY), NOON.plusMillis(1));

        assertThat(run())
                .extracting(
                        UsageCorrection::getOrganization,
                        one -> one.getDifference().intValueExact())
                .containsExactlyInAnyOrder(tuple("globex", 1), tuple("acme", 3));
        assertThat(run()).isEmpty();
    }

    @Test
    void aCopyOfAnEventIsCorrectedOnce() {
        correct(Logs.correction(1, NOON, NOON.plusSeconds(60), "2"));
        ModelMetrics.Builder call = tokens(1_000, 0);
        add(call, NOON);
        add(call, NOON);

        assertThat(run())
                .singleElement()
                .satisfies(one -> assertThat(one.getRequests()).isEqualTo(1));
    }

    @Test
    void aCallTooExpensiveToBeCountedIsNotCorrected() {
        model = Logs.model("p/m", Logs.price("100000000", "1").build());
        add(tokens(100_000, 0), NOON);
        correct(Logs.correction(1, NOON, NOON.plusSeconds(60), "2"));

        assertThat(run()).isEmpty();
    }

    /** Whatever is stated and repriced in whatever parts, in the end each total is the sum of what its calls should cost. */
    @Test
    void endsWhereThePricesSay() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            log.clear();
            topic.clear();
            model = Logs.model(
                    "p/m",
                    Logs.price("0.0013", "0.0000000307")
                            .setRecordedAt(NOON.plusSeconds(random.nextInt(300)))
                            .build());
            for (int step = 0; step < 8; step++) {
                for (int i = 0; i < 20; i++) {
                    add(
                            tokens(random.nextInt(5_000), random.nextInt(500))
                                    .setApiKey(random.nextBoolean() ? KEY : null)
                                    .setTimestamp(NOON.plusSeconds(random.nextInt(300))),
                            NOON.plusSeconds(40L * step));
                }
                int from = random.nextInt(300);
                List<PriceCorrection> corrections = new ArrayList<>(model.getCorrections());
                corrections.add(Logs.correction(
                        step + 1,
                        NOON.plusSeconds(from),
                        NOON.plusSeconds(from + 1 + random.nextInt(100)),
                        "0.00" + random.nextInt(3)));
                model = Model.newBuilder(model).setCorrections(corrections).build();
                selection = new Selection(
                        Set.of(),
                        new Span(NOON.plusSeconds(random.nextInt(200)), NOON.plusSeconds(200 + random.nextInt(200))));
                List<UsageCorrection> found = computed();
                topic.addAll(found.subList(0, random.nextInt(found.size() + 1)));
            }
            selection = new Selection(Set.of(), Span.ALWAYS);
            run();

            assertThat(counted()).as("seed %d, round %d", seed, round).isEqualTo(due());
            assertThat(run()).as("seed %d, round %d", seed, round).isEmpty();
        }
    }

    /** By key and minute: the amounts that the results show, and how many calls they show as unpriced. */
    private Map<String, String> counted() {
        Map<String, BigDecimal> amounts = new HashMap<>();
        Map<String, Long> unpriced = new HashMap<>();
        for (Placed<ModelMetrics> call : log) {
            BigDecimal cost = Rating.cost(call.required(), call.appendTime(), model);
            String subject = Subject.of(call, catalog()).toString();
            amounts.merge(subject, cost == null ? BigDecimal.ZERO.setScale(12) : cost, BigDecimal::add);
            unpriced.merge(subject, cost == null ? 1L : 0, Long::sum);
        }
        Set<String> applied = new HashSet<>();
        for (UsageCorrection correction : topic) {
            if (applied.add(correction.getId())) {
                String subject = Subject.of(correction).toString();
                amounts.merge(subject, correction.getDifference(), BigDecimal::add);
                unpriced.merge(subject, correction.getOldPrice() == null ? -correction.getRequests() : 0, Long::sum);
            }
        }
        return texts(amounts, unpriced);
    }

    private Map<String, String> due() {
        Map<String, BigDecimal> amounts = new HashMap<>();
        Map<String, Long> unpriced = new HashMap<>();
        for (Placed<ModelMetrics> call : log) {
            String subject = Subject.of(call, catalog()).toString();
            Rating.Due due = Rating.due(call.required().getTimestamp(), model).orElseThrow();
            amounts.merge(subject, Rates.of(due.price()).costOf(call.required()), BigDecimal::add);
            unpriced.put(subject, 0L);
        }
        return texts(amounts, unpriced);
    }

    private static Map<String, String> texts(Map<String, BigDecimal> amounts, Map<String, Long> unpriced) {
        Map<String, String> texts = new TreeMap<>();
        amounts.forEach((subject, amount) ->
                texts.put(subject, amount.toPlainString() + ", unpriced " + unpriced.get(subject)));
        return texts;
    }

    /** What a run writes. */
    private List<UsageCorrection> run() {
        List<UsageCorrection> written = computed();
        topic.addAll(written);
        return written;
    }

    private List<UsageCorrection> computed() {
        List<UsageCorrection> computed = new ArrayList<>();
        repricing().compute(computed::add);
        return computed;
    }

    private Repricing repricing() {
        try {
            Repricing repricing = new Repricing(
                    selection,
                    catalog(),
                    List.of((long) log.size(), 0L),
                    STATED,
                    Files.createTempDirectory(folder, "run"),
                    400_000);
            log.forEach(repricing::usage);
            long offset = 0;
            for (UsageCorrection correction : topic) {
                repricing.corrected(new Placed<>("acme", 0, offset++, STATED, correction));
            }
            return repricing;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Catalog catalog() {
        Map<String, Model> models = new LinkedHashMap<>();
        models.put("p/m", model);
        return new Catalog(models, Map.of(KEY, Logs.key(KEY, "acme", null, null, formerOwners)), Map.of(), Map.of());
    }

    private List<String> ids() {
        return topic.stream().map(UsageCorrection::getId).toList();
    }

    private void add(ModelMetrics.Builder call, Instant appended) {
        if (call.getEventId().isEmpty()) {
            call.setEventId("e" + log.size());
        }
        log.add(new Placed<>("acme", 0, log.size(), appended, call.build()));
    }

    private void correct(PriceCorrection correction) {
        List<PriceCorrection> corrections = new ArrayList<>(model.getCorrections());
        corrections.add(correction);
        model = Model.newBuilder(model).setCorrections(corrections).build();
    }

    private static PriceCorrection correction(int number, Instant from, Instant until, ModelPrice price) {
        return PriceCorrection.newBuilder(Logs.correction(number, from, until, "0"))
                .setPrice(price)
                .build();
    }

    private static Arguments row(
            String what, ModelMetrics.Builder call, ModelPrice.Builder right, String expectedDifference) {
        return Arguments.of(what, call, right.build(), expectedDifference);
    }

    /** Its id is given when it is added. */
    private static ModelMetrics.Builder tokens(long input, long output) {
        return Logs.call("", NOON).setTokensInput(input).setTokensOutput(output);
    }

    private static ModelPrice.Builder price(String input, String output) {
        return Logs.price(input, output);
    }

    private static ModelPrice.Builder tiered(String input, long mark, String above) {
        return Logs.price(input, "2")
                .setTiers(List.of(PriceTier.newBuilder()
                        .setAboveInputTokens(mark)
                        .setCostInput(new BigDecimal(above))
                        .setCostOutput(new BigDecimal("2"))
                        .build()));
    }
}
