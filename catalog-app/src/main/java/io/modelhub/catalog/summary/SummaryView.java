package io.modelhub.catalog.summary;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The three kinds of summary as answers show them. */
sealed interface SummaryView {

    /**
     * What an answer is about, and how fresh it is.
     *
     * @param subject kind of entity
     * @param id as in its URL
     * @param from inclusive
     * @param to exclusive; the time is made of whole stretches of what is kept, so it may be wider than asked for
     * @param zone whose calendar cuts the time
     * @param asOf when the aggregator read its figures
     * @param committed false: what is about to be committed may be in them
     */
    record Scope(
            String subject,
            String id,
            String name,
            Instant from,
            Instant to,
            String zone,
            Instant asOf,
            boolean committed) {

        static Scope of(Subject subject, Counted.Usage answer) {
            return new Scope(
                    subject.kind().word(),
                    subject.id(),
                    subject.name(),
                    answer.from(),
                    answer.to(),
                    answer.zone(),
                    answer.asOf(),
                    answer.committed());
        }
    }

    /**
     * What to see first. A list that doesn't fit the subject is null.
     *
     * @param previous as long a time right before
     * @param topModels at most ten, by falling cost, as the other lists
     * @param topKeys over the whole UTC days that hold the time
     * @param quotas the subject's keys that are near or over a quota
     * @param series hours, days or months with calls
     */
    record Dashboard(
            Scope scope,
            FiguresView current,
            Previous previous,
            @Nullable List<Top> topModels,
            @Nullable List<Top> topKeys,
            @Nullable List<Top> topOrganizations,
            List<QuotaView> quotas,
            List<Point> series)
            implements SummaryView {}

    record Previous(Instant from, Instant to, FiguresView figures) {

        static Previous of(Counted.Usage answer) {
            return new Previous(answer.from(), answer.to(), FiguresView.of(answer.total()));
        }
    }

    record Top(String id, FiguresView figures) {

        private static final int MOST = 10;

        private static final Comparator<Top> LARGEST_FIRST = Comparator.comparing(
                        (Top top) -> top.figures().cost())
                .thenComparing(top -> top.figures().requests())
                .reversed()
                .thenComparing(Top::id);

        /** @param id what a row is about */
        static List<Top> of(Counted.Usage answer, Function<Counted.Row, @Nullable String> id) {
            return answer.rows().stream()
                    .map(row -> new Top(String.valueOf(id.apply(row)), FiguresView.of(row)))
                    .sorted(LARGEST_FIRST)
                    .limit(MOST)
                    .toList();
        }
    }

    /** A point of a series. */
    record Point(@Nullable Instant start, @Nullable Instant end, FiguresView figures) {

        static List<Point> of(Counted.Usage answer) {
            return answer.rows().stream()
                    .map(row -> new Point(row.windowStart(), row.windowEnd(), FiguresView.of(row)))
                    .toList();
        }
    }

    /** What was used, in rows by what was asked for. */
    record Usage(Scope scope, List<UsageRow> rows, FiguresView total) implements SummaryView {

        static Usage of(Subject subject, Counted.Usage answer) {
            return new Usage(
                    Scope.of(subject, answer),
                    answer.rows().stream()
                            .map(row -> new UsageRow(Group.of(row), FiguresView.of(row)))
                            .toList(),
                    FiguresView.of(answer.total()));
        }
    }

    record UsageRow(Group group, FiguresView figures) {}

    /**
     * What it cost, in rows by what was asked for.
     *
     * @param quotas all keys of the subject
     */
    record Cost(
            Scope scope,
            List<CostRow> rows,
            BigDecimal cost,
            long requests,
            long unpricedRequests,
            List<QuotaView> quotas)
            implements SummaryView {

        static Cost of(Subject subject, Counted.Usage answer, List<QuotaView> quotas) {
            Counted.Row total = answer.total();
            return new Cost(
                    Scope.of(subject, answer),
                    answer.rows().stream()
                            .map(row -> CostRow.of(row, total.cost()))
                            .toList(),
                    total.cost(),
                    total.requests(),
                    total.unpricedRequests(),
                    quotas);
        }
    }

    /** @param share of the total cost, rounded to 6 places; null where nothing cost anything */
    record CostRow(Group group, BigDecimal cost, @Nullable BigDecimal share, long requests, long unpricedRequests) {

        private static final int SHARE_PLACES = 6;

        static CostRow of(Counted.Row row, BigDecimal total) {
            BigDecimal share =
                    total.signum() == 0 ? null : row.cost().divide(total, SHARE_PLACES, RoundingMode.HALF_EVEN);
            return new CostRow(Group.of(row), row.cost(), share, row.requests(), row.unpricedRequests());
        }
    }

    /**
     * What a row is about. What was not asked for is null.
     *
     * @param provider null too where the catalog doesn't know the model
     */
    record Group(
            @Nullable Instant start,
            @Nullable Instant end,
            @Nullable String model,
            @Nullable String provider,
            @Nullable String organization) {

        static Group of(Counted.Row row) {
            return new Group(row.windowStart(), row.windowEnd(), row.model(), row.provider(), row.organization());
        }
    }
}
