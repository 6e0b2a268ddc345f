package io.modelhub.aggregator.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.quota.QuotaClock;
import io.modelhub.aggregator.source.Acceptance;
import io.modelhub.aggregator.window.Retention;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AggregatorTopologyTest {

    private static final Path GOLDEN = Path.of("src/test/resources/aggregator-topology.txt");

    @Test
    void thePlanIsTheOneThatStateWasWrittenWith() throws IOException {
        Topics topics = new Topics(AvroSerdes.at("http://nowhere.invalid/apis/ccompat/v7"));
        TopologySettings settings = new TopologySettings(
                new Acceptance(Duration.ofHours(24)), Plain.retention(), QuotaClock.WALL, List.of(50), 1_000_000);
        String plan = AggregatorTopology.of(topics, CatalogTables.of(topics), settings, new Lent<>(), new Lent<>())
                .describe()
                .toString();
        if (Boolean.getBoolean("modelhub.golden.write")) {
            Files.writeString(GOLDEN, plan);
        }
        assertThat(plan).as("""
                        The topology's plan has changed. Names of stores, repartition topics and sub-topologies are part of the \
                        state's format: a running installation loses its state or its in-flight records with another plan. If \
                        that is meant, write the new plan with -Dmodelhub.golden.write=true and say in CHANGELOG.md what an \
                        operator has to reset.""").isEqualTo(Files.readString(GOLDEN, StandardCharsets.UTF_8));
    }

    @Test
    void aHorizonBehindTheKeptWindowsStopsTheStart() {
        assertThat(settings(Duration.ofDays(6), Plain.retention()).thresholds()).isEmpty();
        assertThatThrownBy(() -> settings(Duration.ofDays(10), Plain.retention()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "an acceptance horizon of PT240H reaches behind the windows of 1m, which are kept for PT168H:"
                                + " keep them for PT241H6M or longer");
        Retention longer =
                new Retention(Duration.ofDays(11), Duration.ofDays(70), Duration.ofDays(400), Duration.ofDays(1200));
        assertThat(settings(Duration.ofDays(10), longer).retention()).isEqualTo(longer);
    }

    private static TopologySettings settings(Duration horizon, Retention retention) {
        return new TopologySettings(new Acceptance(horizon), retention, QuotaClock.WALL, List.of(), 1_000_000);
    }

    /** A processor's stores are a set: their order says nothing. */
    private static String sorted(String plan) {
        return Pattern.compile("stores: \\[(.*)]")
                .matcher(plan)
                .replaceAll(stores -> "stores: "
                        + Stream.of(stores.group(1).split(", ")).sorted().toList());
    }
}
