package io.modelhub.aggregator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelhub.aggregator.Plain;
import io.modelhub.aggregator.calendar.ZoneHistory;
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

    private static final ZoneHistory UTC = ZoneHistory.of(ZoneId.of("UTC"));
    private static final ZoneHistory INDIA = ZoneHistory.of(ZoneId.of("Asia/Kolkata"));

    @Test
    void aMonthOfTheOrganizationsOwnZoneIsOneWindow() {
        assertThat(Piece.of(inIndia(Bucket.MONTH, Set.of(Dimension.MODEL, Dimension.WINDOW)), INDIA))
                .containsExactly(piece(Grain.MONTH, "2026-10-31T18:30:00Z", "2026-11-30T18:30:00Z"));
        assertThat(Piece.of(inIndia(Bucket.DAY, Set.of(Dimension.WINDOW)), INDIA))
                .as("its days")
                .containsExactly(piece(Grain.DAY, "2026-10-31T18:30:00Z", "2026-11-30T18:30:00Z"));
    }

    /** The day on which it changed is a short one; the asked zone's day around it is that and quarters of an hour. */
    @Test
    void aDayInWhichTheZoneChangedIsCutFromWhatLiesInIt() {
        ZoneHistory changed = UTC.changed(Instant.parse("2026-11-10T10:00:00Z"), ZoneId.of("Asia/Kolkata"));
        UsageQuery days = new UsageQuery(
                EVERYTHING,
                Bucket.DAY,
                ZoneId.of("Asia/Kolkata"),
                Instant.parse("2026-11-09T18:30:00Z"),
                Instant.parse("2026-11-12T18:30:00Z"),
                Set.of(Dimension.WINDOW));
        assertThat(Piece.of(days, changed))
                .containsExactly(
                        piece(Grain.QUARTER_HOUR, "2026-11-09T18:30:00Z", "2026-11-11T00:00:00Z"),
                        piece(Grain.DAY, "2026-11-11T00:00:00Z", "2026-11-12T18:30:00Z"));
    }

    @Test
    void aMonthOfAZoneIsItsWholeUtcDaysAndTheQuartersAroundThem() {
        List<Piece> expected = List.of(
                piece(Grain.QUARTER_HOUR, "2026-10-31T18:30:00Z", "2026-11-01T00:00:00Z"),
                piece(Grain.DAY, "2026-11-01T00:00:00Z", "2026-11-30T00:00:00Z"),
                piece(Grain.QUARTER_HOUR, "2026-11-30T00:00:00Z", "2026-11-30T18:30:00Z"));
        assertThat(Piece.of(inIndia(Bucket.MONTH, Set.of(Dimension.MODEL, Dimension.WINDOW)), UTC))
                .isEqualTo(expected);
        assertThat(Piece.of(inIndia(Bucket.DAY, Set.of(Dimension.MODEL)), UTC))
                .as("its days together")
                .isEqualTo(expected);
    }

    @Test
    void daysOfAZoneAreCutFromQuartersAndReadAtOnce() {
        assertThat(Piece.of(inIndia(Bucket.DAY, Set.of(Dimension.WINDOW)), UTC))
                .containsExactly(piece(Grain.QUARTER_HOUR, "2026-10-31T18:30:00Z", "2026-11-30T18:30:00Z"));
    }

    @Test
    void utcDaysAreReadAsTheyAreStored() {
        assertThat(Piece.of(
                        new UsageQuery(
                                EVERYTHING,
                                Bucket.DAY,
                                ZoneId.of("UTC"),
                                Instant.parse("2026-11-01T00:00:00Z"),
                                Instant.parse("2026-11-04T00:00:00Z"),
                                Set.of(Dimension.WINDOW)),
                        UTC))
                .containsExactly(piece(Grain.DAY, "2026-11-01T00:00:00Z", "2026-11-04T00:00:00Z"));
    }

    @Test
    void minutesAreReadOnlyAtTheEdges() {
        assertThat(Piece.of(
                        new UsageQuery(
                                EVERYTHING,
                                Bucket.MINUTE,
                                ZoneId.of("UTC"),
                                Instant.parse("2026-11-01T23:44:00Z"),
                                Instant.parse("2026-11-03T00:16:00Z"),
                                Set.of(Dimension.MODEL)),
                        UTC))
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
        assertThat(piece.isKeptAt(Instant.parse("2027-01-10T00:00:00Z"), Plain.retention()))
                .isTrue(); // 70 days later
        assertThat(piece.isKeptAt(Instant.parse("2027-01-10T00:00:01Z"), Plain.retention()))
                .isFalse();
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
        assertThatThrownBy(() -> Piece.of(query, UTC)).isInstanceOf(TooManyWindowsException.class);
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
