package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.schema.Model;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

/** The prices of a model over time, over HTTP and on its topic. */
class PricesIT {

    private static final AtomicInteger MODELS = new AtomicInteger();

    private static RunningCatalog catalog;

    @BeforeAll
    static void start() {
        catalog = RunningCatalog.start(Platform.shared().database("prices_it"));
        catalog.post("/v1/providers", "{\"slug\":\"pricer\",\"name\":\"Pricer\"}");
    }

    @AfterAll
    static void stop() {
        catalog.close();
    }

    /** A model at 1 and 2 dollars per 1,000 tokens; its path. */
    private static String model() {
        Answer created = catalog.post("/v1/models", """
                {"provider":"pricer","name":"m%d","model_type":"Text","cost_input":1,"cost_output":2}""".formatted(MODELS.incrementAndGet()));
        return "/v1/models/" + created.body().path("uuid").asString();
    }

    private static String id(String path) {
        return catalog.get(path).body().path("id").asString();
    }

    private static String at(String path, Instant time) {
        return path + "/prices?at=" + RunningCatalog.encoded(time.toString());
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    @Test
    void plansReplacesAndWithdrawsAPrice() {
        String path = model();
        Instant newYear = Instant.parse("2101-01-01T00:00:00Z");

        Answer planned = catalog.post(path + "/prices", """
                {"effective_from":"2101-01-01T01:00:00+01:00","cost_input":"0.5","cost_output":"0.7","cost_input_cached":"0.1",
                "cost_cache_write":"0.6","cost_reasoning":"0.9","reason":"new contract",
                "tiers":[{"above_input_tokens":200000,"cost_input":"0.8","cost_output":"0.9","cost_reasoning":"1.1"}]}""");

        assertThat(planned.status()).as(planned.text()).isEqualTo(201);
        assertThat(planned.body().path("periods").size()).isEqualTo(2);
        assertThat(planned.body().path("periods").get(0).path("effective_until").asString())
                .isEqualTo(newYear.toString());
        assertThat(planned.body().path("periods").get(1).path("reason").asString())
                .isEqualTo("new contract");
        assertThat(catalog.get(path + "/prices").text()).isEqualTo(planned.text());
        assertThat(catalog.get(at(path, newYear)).body().path("cost_input").asString())
                .isEqualTo("0.5");
        assertThat(catalog.get(at(path, newYear))
                        .body()
                        .path("tiers")
                        .get(0)
                        .path("cost_reasoning")
                        .asString())
                .isEqualTo("1.1");
        assertThat(catalog.get(at(path, newYear.minusMillis(1)))
                        .body()
                        .path("cost_input")
                        .asString())
                .isEqualTo("1");
        // The price that stands is the one before the plan; an answer sent back leaves both.
        Answer shown = catalog.get(path);
        assertThat(shown.body().path("cost_input").asString()).isEqualTo("1");
        assertThat(catalog.put(path, shown.text()).body().path("prices").size()).isEqualTo(2);

        catalog.post(
                path + "/prices",
                "{\"effective_from\":\"" + newYear + "\",\"cost_input\":\"0.4\",\"cost_output\":\"0.4\"}");
        assertThat(catalog.get(at(path, newYear)).body().path("cost_input").asString())
                .isEqualTo("0.4");
        assertThat(catalog.get(path + "/prices").body().path("periods").size()).isEqualTo(2);

        String withdraw = path + "/prices?effective_from=" + newYear;
        assertThat(catalog.delete(withdraw, "If-Match", "\"1\"").status()).isEqualTo(412);
        assertThat(catalog.delete(withdraw).status()).isEqualTo(204);
        assertThat(catalog.delete(withdraw).status()).isEqualTo(404);
        assertThat(catalog.get(at(path, newYear)).body().path("cost_input").asString())
                .isEqualTo("1");

        List<Model> published =
                TopicContents.ofKey(Platform.shared().topics().models(), id(path), records -> records.size() == 5)
                        .stream()
                        .map(record -> record.value())
                        .toList();
        assertThat(published).extracting(Model::getRevision).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(published.get(1).getPrices().get(1).getCostReasoning()).isEqualByComparingTo("0.9");
        assertThat(published.get(1).getPrices().get(1).getReason()).isEqualTo("new contract");
        assertThat(published.get(1).getPrices().get(1).getTiers().get(0).getCostReasoning())
                .isEqualByComparingTo("1.1");
        assertThat(published.get(4).getPrices()).hasSize(1);
    }

    @Test
    void opensAPeriodAtTheLeadAndKeepsItThere() {
        String path = model();
        Instant before = now();

        Answer stated = catalog.post(path + "/prices", "{\"cost_input\":3,\"cost_output\":4,\"reason\":\"dearer\"}");

        Instant from = Instant.parse(
                stated.body().path("periods").get(1).path("effective_from").asString());
        assertThat(from).isBetween(before.plusSeconds(60), now().plusSeconds(70));
        // It may be applied by every reader shortly: it can't be withdrawn any more.
        assertThat(catalog.delete(path + "/prices?effective_from=" + from).errors())
                .containsExactly("effective_from too_soon");
        // The same again changes nothing, not even the revision.
        assertThat(catalog.post(path + "/prices", "{\"cost_input\":3,\"cost_output\":4}")
                        .text())
                .isEqualTo(stated.text());
        assertThat(catalog.get(path).body().path("revision").asInt()).isEqualTo(2);
    }

    @Test
    void correctsThePastWithoutChangingWhatIsCharged() {
        String path = model();
        Instant from = now().minus(Duration.ofHours(3));
        Instant until = now().minus(Duration.ofHours(1));

        Answer corrected = catalog.post(path + "/prices", """
                {"correction":true,"effective_from":"%s","effective_until":"%s","cost_input":"0.9","cost_output":"1.8",
                "reason":"the contract says so","tiers":[{"above_input_tokens":9,"cost_input":5,"cost_output":6}]}""".formatted(from, until));

        assertThat(corrected.status()).as(corrected.text()).isEqualTo(201);
        assertThat(corrected.body().path("periods").size()).isEqualTo(1);
        assertThat(corrected
                        .body()
                        .path("corrections")
                        .get(0)
                        .path("correction")
                        .asInt())
                .isEqualTo(1);
        Answer inside = catalog.get(at(path, from));
        assertThat(inside.body().path("cost_input").asString()).isEqualTo("0.9");
        assertThat(inside.body().path("correction").asInt()).isEqualTo(1);
        assertThat(inside.body().path("charged").path("cost_input").asString()).isEqualTo("1");
        assertThat(inside.body().path("corrections").get(0).path("reason").asString())
                .isEqualTo("the contract says so");
        Answer outside = catalog.get(at(path, until));
        assertThat(outside.body().path("cost_input").asString()).isEqualTo("1");
        assertThat(outside.body().path("correction").isNull()).isTrue();

        // A correction of the correction; both stay readable.
        catalog.post(path + "/prices", """
                {"correction":true,"effective_from":"%s","effective_until":"%s","cost_input":"0.8","cost_output":"1.6"}""".formatted(from, until));
        Answer twice = catalog.get(at(path, from));
        assertThat(twice.body().path("cost_input").asString()).isEqualTo("0.8");
        assertThat(twice.body().path("corrections").size()).isEqualTo(2);

        Model published = TopicContents.ofKey(
                        Platform.shared().topics().models(), id(path), records -> records.size() == 3)
                .get(2)
                .value();
        // What the aggregator charges by is as it was; reprice finds the old and the new price of the stretch.
        assertThat(published.getPrices()).hasSize(1);
        assertThat(published.getCorrections()).hasSize(2);
        assertThat(published.getCorrections().get(0).getRangeStart()).isEqualTo(from);
        assertThat(published.getCorrections().get(0).getRangeEnd()).isEqualTo(until);
        assertThat(published.getCorrections().get(0).getPrice().getCostInput()).isEqualByComparingTo("0.9");
        assertThat(published.getCorrections().get(0).getPrice().getTiers()).hasSize(1);
        assertThat(published.getCorrections().get(1).getNumber()).isEqualTo(2);
    }

    @Test
    void statesAPriceOnceUnderOneKeyAndTellsTheAuditLog() {
        String path = model();
        String body =
                "{\"correction\":true,\"effective_from\":\"%s\",\"effective_until\":\"%s\",\"cost_input\":7,\"cost_output\":8,\"reason\":\"why not\"}"
                        .formatted(now().minusSeconds(60), now().minusSeconds(30));

        Answer first = catalog.post(path + "/prices", body, "Idempotency-Key", "correct" + path);
        Answer second = catalog.post(path + "/prices", body, "Idempotency-Key", "correct" + path);

        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(catalog.get(path + "/prices").body().path("corrections").size())
                .isEqualTo(1);
        Answer audit = catalog.get("/v1/audit?entity=model&id=" + RunningCatalog.encoded(id(path)));
        assertThat(audit.body().path("items").size()).isEqualTo(2);
        assertThat(audit.body()
                        .path("items")
                        .get(0)
                        .path("changes")
                        .path("corrections")
                        .toString())
                .contains("\"cost_input\":\"7\"")
                .contains("\"reason\":\"why not\"");
    }

    @Test
    void patchesALabelWithoutTouchingAnAnnouncedPrice() {
        String path = model();
        catalog.post(path + "/prices", "{\"cost_input\":3,\"cost_output\":4}");

        Answer patched = catalog.patch(path, "{\"capabilities\":[\"vision\"]}");

        assertThat(patched.status()).as(patched.text()).isEqualTo(200);
        assertThat(patched.body().path("prices").size()).isEqualTo(2);
        assertThat(patched.body().path("cost_input").asString()).isEqualTo("3");
        assertThat(catalog.patch(path, "{\"cost_input\":\"5\"}")
                        .body()
                        .path("prices")
                        .size())
                .isEqualTo(3);
    }

    @Test
    void correctsForGoodWhereTheCorrectionHasNoEnd() {
        String path = model();
        Instant from = now().minus(Duration.ofHours(3));

        Answer corrected = catalog.post(
                path + "/prices",
                "{\"correction\":true,\"effective_from\":\"%s\",\"cost_input\":7,\"cost_output\":8}".formatted(from));

        String next =
                corrected.body().path("periods").get(1).path("effective_from").asString();
        assertThat(corrected
                        .body()
                        .path("corrections")
                        .get(0)
                        .path("effective_until")
                        .asString())
                .isEqualTo(next);
        assertThat(corrected.body().path("periods").get(1).path("cost_input").asString())
                .isEqualTo("7");
        for (Instant time :
                List.of(from, now(), Instant.parse(next), Instant.parse(next).plusSeconds(1))) {
            assertThat(catalog.get(at(path, time)).body().path("cost_input").asString())
                    .isEqualTo("7");
        }
        assertThat(catalog.get(at(path, from.minusMillis(1)))
                        .body()
                        .path("cost_input")
                        .asString())
                .isEqualTo("1");
    }

    @Test
    void saysWhichTimesAreWrong() {
        String path = model() + "/prices";
        String rates = "\"cost_input\":3,\"cost_output\":4";
        Instant soon = now().plusSeconds(30);
        Instant past = now().minusSeconds(30);

        assertThat(catalog.post(path, "{\"effective_from\":\"%s\",%s}".formatted(soon, rates))
                        .errors())
                .containsExactly("effective_from too_soon");
        assertThat(catalog.post(path, "{\"effective_from\":\"%s\",%s}".formatted(past, rates))
                        .errors())
                .containsExactly("effective_from too_soon");
        assertThat(catalog.post(path, "{\"correction\":true,%s}".formatted(rates))
                        .errors())
                .containsExactly("effective_from required");
        assertThat(catalog.post(path, "{\"correction\":true,\"effective_from\":\"%s\",%s}".formatted(soon, rates))
                        .errors())
                .containsExactly("effective_from not_past");
        assertThat(catalog.post(
                                path,
                                "{\"correction\":true,\"effective_from\":\"%s\",\"effective_until\":\"%s\",%s}"
                                        .formatted(past, soon, rates))
                        .errors())
                .containsExactly("effective_until out_of_range");
        assertThat(catalog.post(path, "{\"effective_until\":\"%s\",%s}".formatted(soon, rates))
                        .errors())
                .containsExactly("effective_until not_a_correction");
        assertThat(catalog.post(path, """
                                {"effective_from":"2031-02-30T00:00:00Z","effective_until":"1999-12-31T23:59:59Z","correction":1,
                                "cost_input":-1,"reason":" ","x":1}""").errors())
                .containsExactlyInAnyOrder(
                        "effective_from malformed",
                        "effective_until out_of_range",
                        "correction type",
                        "cost_input negative",
                        "cost_output required",
                        "reason blank",
                        "effective_until not_a_correction",
                        "x unknown_field");
        assertThat(catalog.post(path, "{\"effective_from\":\"2101-01-01T00:00:00.0001Z\",%s}".formatted(rates))
                        .errors())
                .containsExactly("effective_from too_precise");
        String nobody = "/v1/models/00000000-0000-0000-0000-000000000000/prices";
        assertThat(catalog.get(nobody).status()).isEqualTo(404);
        assertThat(catalog.post(nobody, "{" + rates + "}").status()).isEqualTo(404);
        assertThat(catalog.delete(nobody + "?effective_from=2101-01-01T00:00:00Z")
                        .status())
                .isEqualTo(404);
        assertThat(catalog.get(path + "?at=yesterday").status()).isEqualTo(400);
    }

    @Test
    void givesAModelItsFirstPriceForAllTime() {
        Answer created =
                catalog.post("/v1/models", "{\"provider\":\"pricer\",\"name\":\"unpriced\",\"model_type\":\"Text\"}");
        String path = "/v1/models/" + created.body().path("uuid").asString();
        assertThat(catalog.get(at(path, now())).status()).isEqualTo(404);
        assertThat(catalog.get(path + "/prices").body().path("periods").size()).isZero();
        assertThat(catalog.post(
                                path + "/prices",
                                "{\"effective_from\":\"2101-01-01T00:00:00Z\",\"cost_input\":1,\"cost_output\":1}")
                        .errors())
                .containsExactly("effective_from first_price");

        assertThat(catalog.post(path + "/prices", "{\"cost_input\":1,\"cost_output\":1}")
                        .status())
                .isEqualTo(201);
        assertThat(catalog.get(at(path, Instant.parse("2000-01-01T00:00:00Z")))
                        .body()
                        .path("cost_input")
                        .asString())
                .isEqualTo("1");
    }

    @Test
    void theDatabaseItselfKeepsWhatWasCharged() {
        String path = model();
        catalog.post(path + "/prices", "{\"cost_input\":3,\"cost_output\":4,\"tiers\":[]}");
        catalog.post(
                path + "/prices",
                "{\"correction\":true,\"effective_from\":\"%s\",\"cost_input\":7,\"cost_output\":8,\"tiers\":[{\"above_input_tokens\":1,\"cost_input\":1,\"cost_output\":1}]}"
                        .formatted(now().minusSeconds(60)));
        String uuid = path.substring(path.lastIndexOf('/') + 1);
        String mine = " WHERE model = '" + uuid + "'";
        String price =
                "INSERT INTO model_price (model, correction, effective_from, effective_until, recorded_at, cost_input, cost_output) VALUES ('"
                        + uuid + "', ";

        refuses("UPDATE model_price SET cost_input = 0" + mine, "never changes");
        refuses("UPDATE model_price_tier SET cost_input = 0" + mine, "never changes");
        refuses("DELETE FROM model_price" + mine + " AND correction = 0 AND effective_from = '-infinity'", "stays");
        refuses("DELETE FROM model_price" + mine + " AND correction = 1", "stays");
        refuses("DELETE FROM model_price_tier" + mine, "a tier stays");
        refuses(price + "0, '-infinity', NULL, now(), 1, 1)", "model_price__effective_from__taken");
        refuses(price + "0, now() + interval '59 seconds', NULL, now(), 1, 1)", "at least 60 s after");
        refuses(price + "0, now() + interval '1 day', NULL, now(), -1, 1)", "cost_input__negative");
        refuses(
                price + "0, now() + interval '1 day', now() + interval '2 days', now(), 1, 1)",
                "correction__malformed");
        refuses(price + "9, now() + interval '1 day', now() + interval '2 days', now(), 1, 1)", "__not_past");
        refuses(price + "9, now() - interval '1 day', now() - interval '2 days', now(), 1, 1)", "effective_until__out");
        refuses(price + "1, now() - interval '2 day', now() - interval '1 day', now(), 1, 1)", "correction__taken");

        assertThat(catalog.delete(path).status()).isEqualTo(204);
    }

    private static void refuses(String sql, String why) {
        assertThatThrownBy(() -> catalog.jdbc().sql(sql).update())
                .as(sql)
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining(why);
    }
}
