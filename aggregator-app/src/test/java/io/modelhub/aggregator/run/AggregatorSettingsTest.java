package io.modelhub.aggregator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.window.Retention;
import io.modelhub.topic.TopicDefinition;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AggregatorSettingsTest {

    @Test
    void windowsAreKeptAsLongAsTheTopicsAreDefinedToBe() {
        AggregatorSettings settings = bound(Map.of());
        assertThat(settings.retention().windows()).isEqualTo(Plain.retention());
        for (TopicDefinition topic : settings.retention().windows().topics()) {
            assertThat(Topics.ALL).contains(topic);
        }
        assertThat(settings.topology().acceptance().horizon()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void theHorizonAndTheRetentionOfEachLengthAreSettings() {
        AggregatorSettings settings = bound(Map.of(
                "modelhub.acceptance-horizon", "10d",
                "modelhub.retention.minutes", "11d",
                "modelhub.retention.quarter-hours", "100d",
                "modelhub.retention.days", "800d",
                "modelhub.retention.months", "2000d"));
        Retention expected =
                new Retention(Duration.ofDays(11), Duration.ofDays(100), Duration.ofDays(800), Duration.ofDays(2000));
        assertThat(settings.topology().retention()).isEqualTo(expected);
        assertThat(settings.topology().acceptance().horizon()).isEqualTo(Duration.ofDays(10));
        assertThat(expected.topics())
                .extracting(
                        TopicDefinition::name,
                        topic -> topic.retention().orElseThrow().toDays())
                .containsExactly(
                        tuple("modelhub.analytics.usage-1m", 11L),
                        tuple("modelhub.analytics.usage-15m", 100L),
                        tuple("modelhub.analytics.usage-1d", 800L),
                        tuple("modelhub.analytics.usage-1mo", 2000L),
                        tuple("modelhub.analytics.key-usage-1d", 800L),
                        tuple("modelhub.analytics.rule-usage-1d", 800L));
    }

    private static AggregatorSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("modelhub", AggregatorSettings.class);
    }
}
