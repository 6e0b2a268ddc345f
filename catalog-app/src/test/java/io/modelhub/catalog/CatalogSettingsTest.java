package io.modelhub.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelhub.catalog.key.KeyEncryption;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class CatalogSettingsTest {

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withUserConfiguration(SettingsOnly.class)
            .withPropertyValues("modelhub.schema-registry.url=http://registry");

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(CatalogSettings.class)
    static class SettingsOnly {}

    @Test
    void hasDefaultsForEverythingButTheRegistry() {
        context.run(started -> {
            CatalogSettings settings = started.getBean(CatalogSettings.class);
            assertThat(settings.schemaRegistry().serializer()).isNull();
            assertThat(settings.keyEncryption()).isEqualTo(new KeyEncryption(null, null, List.of(), List.of()));
            assertThat(settings.prices().lead()).isEqualTo(Duration.ofSeconds(65));
            assertThat(settings.largestBody()).isEqualTo(DataSize.ofMegabytes(16));
            assertThat(settings.idempotencyKeysKept()).isEqualTo(Duration.ofHours(24));
            assertThat(settings.aggregator())
                    .isEqualTo(new CatalogSettings.AggregatorAccess(
                            URI.create("http://127.0.0.1:8082"), Duration.ofSeconds(1), Duration.ofSeconds(10)));
        });
        new ApplicationContextRunner()
                .withUserConfiguration(SettingsOnly.class)
                .run(failed -> assertThat(failed).hasFailed());
    }

    @Test
    void readsEverySetting() {
        context.withPropertyValues(
                        "modelhub.schema-registry.serializer=S",
                        "modelhub.schema-registry.deserializer=D",
                        "modelhub.key-encryption.key-file=/f",
                        "modelhub.key-encryption.previous-key-files=/g,/h",
                        "modelhub.key-encryption.previous-keys=k",
                        "modelhub.prices.lead=2m",
                        "modelhub.aggregator.url=http://a:1",
                        "modelhub.aggregator.connect-timeout=2s",
                        "modelhub.aggregator.read-timeout=3s",
                        "modelhub.largest-body=1MB",
                        "modelhub.idempotency-keys-kept=1h")
                .run(started -> {
                    CatalogSettings settings = started.getBean(CatalogSettings.class);
                    assertThat(settings.schemaRegistry())
                            .isEqualTo(new CatalogSettings.SchemaRegistry("http://registry", "S", "D"));
                    assertThat(settings.keyEncryption())
                            .isEqualTo(new KeyEncryption("/f", null, List.of("/g", "/h"), List.of("k")));
                    assertThat(settings.prices().lead()).isEqualTo(Duration.ofMinutes(2));
                    assertThat(settings.aggregator())
                            .isEqualTo(new CatalogSettings.AggregatorAccess(
                                    URI.create("http://a:1"), Duration.ofSeconds(2), Duration.ofSeconds(3)));
                    assertThat(settings.largestBody()).isEqualTo(DataSize.ofMegabytes(1));
                    assertThat(settings.idempotencyKeysKept()).isEqualTo(Duration.ofHours(1));
                });
    }

    @Test
    void anUnknownSettingStopsTheStartAndIsNamed() {
        context.withPropertyValues("modelhub.prices.leed=2m")
                .run(failed ->
                        assertThat(failed).getFailure().rootCause().hasMessageContaining("modelhub.prices.leed"));
    }

    @Test
    void aLeadThatIsShorterThanPromisedStopsTheStart() {
        context.withPropertyValues("modelhub.prices.lead=59s")
                .run(failed -> assertThat(failed)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("modelhub.prices.lead must be at least 60s"));
    }
}
