package io.modelhub.aggregator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.cluster.TooManyWindowsException;
import io.modelhub.aggregator.window.Grain;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PieceTest {

    private static final Instant NOVEMBER_IN_INDIA = Instant.parse("2026-10-31T18:30:00Z");
    private static final Instant DECEMBER_IN_INDIA = Instant.parse("2026-11-30T18:30:00Z");

    private static final UsageQuery.Filter EVERYTHING =
            new UsageQuery.Filter(Optional.empty(), Optional.empty(), Optional.empty());

    @Test
    void aMonthOfAZoneIsItsWholeUtcDaysAndTheQuartersAroundThem() {
        List<Piece> expected = List.of(
                piece(Grain.QUARTER_HOUR, "2026-10-31T18:30:00Z", "2026-11-01T00:00:00Z"),
                piece(Grain.DAY, "2026-11-01T00:00:00Z", "2026-11-30T00:00:00Z"),
                piece(Grain.QUARTER_HOUR, "2026-11-30T00:00:00Z", "2026-11-30T18:30:00Z"));
        assertThat(Piece.of(inIndia(Bucket.MONTH, Set.of(Dimension.MODEL, Dimension.WINDOW))))
                .isEqualTo(expected);
        assertThat(Piece.of(inIndia(Bucket.DAY, Set.of(Dimension.MODEL))))
                .as("its days together")
                .isEqualTo(expected);
    }

    @Test
    void daysOfAZoneAreCutFromQuartersAndReadAtOnce() {
        assertThat(Piece.of(inIndia(Bucket.DAY, Set.of(Dimension.WINDOW))))
                .containsExactly(piece(Grain.QUARTER_HOUR, "2026-10-31T18:30:00Z", "2026-11-30T18:30:00Z"));
    }

    @Test
    void utcDaysAreReadAsTheyAreStored() {
        assertThat(Piece.of(new UsageQuery(
                        EVERYTHING,
                        Bucket.DAY,
                        ZoneId.of("UTC"),
                        Instant.parse("2026-11-01T00:00:00Z"),
                        Instant.parse("2026-11-04T00:00:00Z"),
                        Set.of(Dimension.WINDOW))))
                .containsExactly(piece(Grain.DAY, "2026-11-01T00:00:00Z", "2026-11-04T00:00:00Z"));
    }

    @Test
    void minutesAreReadOnlyAtTheEdges() {
        assertThat(Piece.of(new UsageQuery(
                        EVERYTHING,
                        Bucket.MINUTE,
                        ZoneId.of("UTC"),
                        Instant.parse("2026-11-01T23:44:00Z"),
                        Instant.parse("2026-11-03T00:16:00Z"),
                        Set.of(Dimension.MODEL))))
                .containsExactly(
                        piece(Grain.MINUTE, "2026-11-01T23:44:00Z", "2026-11-01T23:45:00Z"),
                        piece(Grain.QUARTER_HOUR, "2026-11-01T23:45:00Z", "2026-11-02T00:00:00Z"),
                        piece(Grain.DAY, "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"),
                        piece(Grain.QUARTER_HOUR, "2026-11-03T00:00:00Z", "2026-11-03T00:15:00Z"),
                        piece(Grain.MINUTE, "2026-11-03T00:15:00Z", "2026-11-03T00:16:00Z"));
    }

    @Test
    void knowsWhetherItsWindowsAreStillKept() {
        Piece piece = piece(Grain.QUARTER_HOUR, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
        assertThat(piece.isKeptAt(Instant.parse("2027-01-10T00:00:00Z"))).isTrue(); // 70 days later
        assertThat(piece.isKeptAt(Instant.parse("2027-01-10T00:00:01Z"))).isFalse();
    }

    @Test
    void refusesMoreBucketsThanAnAnswerMayHave() {
        UsageQuery query = new UsageQuery(
                EVERYTHING,
                Bucket.MINUTE,
                ZoneId.of("UTC"),
                Instant.EPOCH,
                Instant.parse("2026-11-03T00:00:00Z"),
                Set.of(Dimension.WINDOW));
        assertThatThrownBy(() -> Piece.of(query)).isInstanceOf(TooManyWindowsException.class);
    }

    private static UsageQuery inIndia(Bucket bucket, Set<Dimension> groupBy) {
        return new UsageQuery(
                EVERYTHING, bucket, ZoneId.of("Asia/Kolkata"), NOVEMBER_IN_INDIA, DECEMBER_IN_INDIA, groupBy);
    }

    private static Piece piece(Grain grain, String from, String to) {
        return new Piece(
                grain, Instant.parse(from).toEpochMilli(), Instant.parse(to).toEpochMilli());
    }
}
