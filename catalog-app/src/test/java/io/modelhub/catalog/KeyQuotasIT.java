package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.RunningCatalog.Answer;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaPeriod;
import io.modelhub.test.Eventually;
import io.modelhub.topic.Topic;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyQuotasIT {

    private static final Instant MIDNIGHT = Instant.parse("2026-11-23T00:00:00Z");

    @Test
    void showsADisabledKeyWithItsCauseAndLeavesTheOperatorsSwitchAlone() throws Exception {
        Platform.Database database = Platform.shared().database("key_quotas_it");
        String path;
        try (RunningCatalog catalog = RunningCatalog.start(database)) {
            catalog.post("/v1/providers", "{\"slug\":\"openai\",\"name\":\"OpenAI\"}");
            String id = catalog.post(
                            "/v1/api-keys",
                            "{\"provider\":\"openai\",\"label\":\"shared\",\"key\":\"sk-12345678\",\"daily_quota\":\"5\"}")
                    .body()
                    .path("id")
                    .asString();
            path = "/v1/api-keys/" + id;
            catalog.awaitReady();

            Topic<String, KeyQuotaState> topic = Platform.shared().topics().quotaKeys();
            TopicWriter.sendBytes(topic, UUID.randomUUID().toString(), new byte[] {9, 9, 9});
            TopicWriter.send(topic, id, state(id, List.of(QuotaCause.DAY), "5.25"));
            Answer disabled = awaitEnabled(catalog, path, false);

            assertThat(disabled.body().path("disabled_causes").toString()).isEqualTo("[\"DAY\"]");
            assertThat(disabled.body().path("is_active").booleanValue()).isTrue();
            assertThat(disabled.body().path("revision").asInt()).isEqualTo(1);
            assertThat(disabled.body().path("quota").path("day").toString())
                    .isEqualTo("{\"start\":\"2026-11-23T00:00:00Z\",\"end\":\"2026-11-24T00:00:00Z\",\"limit\":\"5\","
                            + "\"spent\":\"5.25\",\"overshoot\":\"0.25\"}");
            assertThat(disabled.body().path("last_used_at").asString()).isEqualTo("2026-11-23T09:30:00Z");
            assertThat(catalog.get("/v1/api-keys").text()).contains("\"disabled_causes\":[\"DAY\"]");
        }
        // The topic is the truth for a late joiner: a fresh start reads it from its beginning.
        try (RunningCatalog catalog = RunningCatalog.start(database)) {
            awaitEnabled(catalog, path, false);

            String id = path.substring("/v1/api-keys/".length());
            TopicWriter.send(Platform.shared().topics().quotaKeys(), id, state(id, List.of(), "0"));
            awaitEnabled(catalog, path, true);
        }
    }

    private static KeyQuotaState state(String id, List<QuotaCause> causes, String spentToday) {
        BigDecimal spent = new BigDecimal(spentToday);
        BigDecimal limit = new BigDecimal("5");
        QuotaPeriod day = QuotaPeriod.newBuilder()
                .setStart(MIDNIGHT)
                .setEnd(MIDNIGHT.plus(Duration.ofDays(1)))
                .setLimit(limit)
                .setSpent(spent)
                .setOvershoot(causes.isEmpty() ? null : spent.subtract(limit))
                .build();
        QuotaPeriod month = QuotaPeriod.newBuilder()
                .setStart(Instant.parse("2026-11-01T00:00:00Z"))
                .setEnd(Instant.parse("2026-12-01T00:00:00Z"))
                .setSpent(spent)
                .build();
        return KeyQuotaState.newBuilder()
                .setApiKey(id)
                .setZone("UTC")
                .setEnabled(causes.isEmpty())
                .setCauses(causes)
                .setDay(day)
                .setMonth(month)
                .setLastUsedAt(Instant.parse("2026-11-23T09:30:00Z"))
                .build();
    }

    private static Answer awaitEnabled(RunningCatalog catalog, String path, boolean enabled) {
        return Eventually.answers(
                "the key with enabled %s".formatted(enabled),
                () -> catalog.get(path),
                key -> key.body().path("enabled").booleanValue() == enabled);
    }
}
