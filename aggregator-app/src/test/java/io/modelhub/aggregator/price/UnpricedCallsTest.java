package io.modelhub.aggregator.price;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.aggregator.CatalogRecords;
import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.catalog.CatalogBooks;
import io.modelhub.aggregator.catalog.LastingBook;
import io.modelhub.aggregator.source.Call;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelPrice;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnpricedCallsTest {

    private static final long NOW = Instant.parse("2026-11-23T12:00:00Z").toEpochMilli();
    private static final long KEPT = UnpricedCalls.KEPT.toMillis();
    private static final LastingBook<CatalogModel> NOTHING = CatalogBooks.lasting(Map.of());

    private final KeyValueStore<byte[], byte[]> store = Plain.store();
    private UnpricedCalls unpriced = opened();

    @Test
    void aCallIsPricedOnceByAPriceThatWasStatedBeforeIt() {
        unpriced.add(call("p/m", "k1", 1_000), NOW, NOW, NOTHING);
        unpriced.add(call("p/m", null, 2_000), NOW + 10, NOW + 10, NOTHING);
        unpriced.add(call("p/other", "k1", 3_000), NOW, NOW, NOTHING);
        assertThat(priced(NOTHING)).isEmpty();

        assertThat(priced(stated("p/m", NOW + 10))).containsExactly("acme null r1 p/m 2000000000000 at 10");
        assertThat(priced(stated("p/m", NOW)))
                .as("the other one was written before")
                .isEmpty();
        assertThat(priced(stated("p/other", NOW))).containsExactly("acme k1 r1 p/other 3000000000000 at 0");
    }

    @Test
    void aNewOwnerOfTheTaskKnowsWhatWasCommitted() {
        unpriced.add(call("p/m", "k1", 1_000), NOW, NOW, NOTHING);
        unpriced.beforeCommit();
        unpriced = opened();
        unpriced.add(call("p/m", "k2", 1_000), NOW, NOW, NOTHING);

        assertThat(priced(stated("p/m", NOW))).hasSize(2);
        unpriced = opened();
        assertThat(priced(stated("p/m", NOW))).isEmpty();
    }

    @Test
    void keepsOnlyWhatAPriceMayBeOnItsWayFor() {
        unpriced.add(call("p/m", "k1", 1_000), NOW, NOW + KEPT + 1, NOTHING);
        unpriced.add(call("p/m", "k1", 1_000), NOW, NOW, stated("p/m", NOW + 1));
        unpriced.beforeCommit();
        assertThat(isStored()).isFalse();

        unpriced.add(call("p/m", "k1", 1_000), NOW, NOW, NOTHING);
        unpriced.beforeCommit();
        unpriced.expire(NOW + KEPT);
        assertThat(isStored()).isTrue();
        unpriced.expire(NOW + 2 * KEPT + 1);
        assertThat(isStored()).isFalse();
    }

    private UnpricedCalls opened() {
        UnpricedCalls opened = new UnpricedCalls(store);
        opened.recover();
        return opened;
    }

    private boolean isStored() {
        try (KeyValueIterator<byte[], byte[]> all = store.all()) {
            return all.hasNext();
        }
    }

    private List<String> priced(LastingBook<CatalogModel> prices) {
        List<String> priced = new ArrayList<>();
        unpriced.price(
                prices,
                (call, appendTime) -> priced.add("%s %s %s %s %d at %d"
                        .formatted(
                                call.countedFor,
                                call.apiKey,
                                call.routingRule,
                                call.model,
                                call.measures.costPicos,
                                appendTime - NOW)));
        return priced;
    }

    private static Call call(String model, @Nullable String apiKey, long tokens) {
        Call call = new Call();
        call.countedFor = "acme";
        call.apiKey = apiKey;
        call.routingRule = "r1";
        call.model = model;
        call.measures.timestamp = NOW;
        call.measures.tokensInput = tokens;
        call.measures.unpricedCalls = 1;
        return call;
    }

    private static LastingBook<CatalogModel> stated(String id, long at) {
        Model model = Model.newBuilder(CatalogRecords.model(id, "1", 1))
                .setPrices(List.of(ModelPrice.newBuilder()
                        .setCostInput(BigDecimal.ONE)
                        .setCostOutput(BigDecimal.ONE)
                        .setRecordedAt(Instant.ofEpochMilli(at))
                        .build()))
                .build();
        return CatalogBooks.lasting(Map.of(id, CatalogModel.of(model)));
    }
}
