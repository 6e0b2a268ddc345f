package io.modelhub.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class IngestSettingsTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Bound.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(IngestSettings.class)
    static class Bound {}

    @Test
    void hasADefaultForEach() {
        runner.run(context -> assertThat(context.getBean(IngestSettings.class))
                .isEqualTo(new IngestSettings(
                        new IngestSettings.Registry(
                                "http://127.0.0.1:8085/apis/ccompat/v7",
                                "io.modelhub.wire.AvroSerializer",
                                "io.modelhub.wire.AvroDeserializer"),
                        new IngestSettings.Limits(DataSize.ofMegabytes(10), 10_000, DataSize.ofKilobytes(64)),
                        new IngestSettings.Publish(Duration.ofSeconds(10), Duration.ofSeconds(5)))));
    }

    @Test
    void takesEach() {
        runner.withPropertyValues(
                        "modelhub.schema-registry.url=http://registry",
                        "modelhub.schema-registry.serializer=a.Serializer",
                        "modelhub.schema-registry.deserializer=a.Deserializer",
                        "modelhub.limits.body-size=1MB",
                        "modelhub.limits.events=7",
                        "modelhub.limits.event-size=8KB",
                        "modelhub.publish.ack-timeout=2s",
                        "modelhub.publish.retry-after=1m")
                .run(context -> assertThat(context.getBean(IngestSettings.class))
                        .isEqualTo(new IngestSettings(
                                new IngestSettings.Registry("http://registry", "a.Serializer", "a.Deserializer"),
                                new IngestSettings.Limits(DataSize.ofMegabytes(1), 7, DataSize.ofKilobytes(8)),
                                new IngestSettings.Publish(Duration.ofSeconds(2), Duration.ofMinutes(1)))));
    }

    @ParameterizedTest
    @CsvSource({
        "modelhub.limits.evnets=7, evnets",
        "modelhub.unknown=7, modelhub.unknown",
        "modelhub.limits.events=0, events",
        "modelhub.limits.body-size=1GB, modelhub.limits.body-size",
        "modelhub.limits.event-size=1MB, modelhub.limits.event-size",
        "modelhub.publish.ack-timeout=0s, modelhub.publish.ack-timeout",
        "modelhub.publish.retry-after=soon, modelhub.publish.retry-after",
        "modelhub.schema-registry.url=, url"
    })
    void stopsTheStartAtAWrongOneAndNamesIt(String property, String named) {
        runner.withPropertyValues(property)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(named));
    }
}
