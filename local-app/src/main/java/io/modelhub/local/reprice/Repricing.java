package io.modelhub.local.reprice;

import io.modelhub.local.usage.Buckets;
import io.modelhub.local.usage.Catalog;
import io.modelhub.local.usage.EventsOnce;
import io.modelhub.local.usage.Placed;
import io.modelhub.local.usage.Rating;
import io.modelhub.local.usage.Span;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.PriceCorrection;
import io.modelhub.schema.UsageCorrection;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The differences between what calls were charged and what they should have been, as of the log and the catalog that it is given.
 * It is given every record first, then computes once. It knows no Kafka and no clock.
 *
 * <p>What a call was charged is known from the log alone: the price that had been stated when the call was written, and after it the
 * corrections on the topic, each of which names the price that it leaves, the price that it leads to and the offsets that it knows.
 * So to run it once more finds nothing, and a call that came later, or one that a killed run had not reached, is found.
 */
final class Repricing {

    /** Events of a bucket, as reconciliation has them. */
    private static final long EVENTS_IN_MEMORY = 50_000;

    private static final long MOST_BUCKETS = 200;

    private final Selection selection;
    private final Catalog catalog;
    private final List<Long> asOf;
    private final Instant now;
    private final EventsOnce events;
    private final Buckets<ModelMetrics> calls;
    private final Buckets<UsageCorrection> known;
    private final Set<String> unknownModels = new TreeSet<>();
    private long callsLookedAt;

    /**
     * @param asOf the end, exclusive, of what was read of each partition of {@code modelhub.usage}
     * @param now what the corrections carry as their time
     * @param folder for temporary files; the caller deletes it
     * @param size about how many events will come
     */
    Repricing(Selection selection, Catalog catalog, List<Long> asOf, Instant now, Path folder, long size) {
        int buckets = (int) Math.min(MOST_BUCKETS, 1 + size / EVENTS_IN_MEMORY);
        this.selection = selection;
        this.catalog = catalog;
        this.asOf = asOf;
        this.now = now;
        this.events = new EventsOnce(folder, buckets);
        this.calls = new Buckets<>(ModelMetrics.class, folder, "calls", buckets);
        this.known = new Buckets<>(UsageCorrection.class, folder, "corrections", buckets);
    }

    /** A record of {@code modelhub.usage} that was counted, or is a copy of one; those of a partition come in their order. */
    void usage(Placed<ModelMetrics> record) {
        events.add(record);
    }

    /** A record of {@code modelhub.usage.corrections}; those of a partition come in their order. */
    void corrected(Placed<UsageCorrection> record) {
        known.add(Subject.of(record.required()), record);
    }

    /** @param <E> what keeps it from taking a correction; computing then ends with it */
    @FunctionalInterface
    interface Taker<E extends Exception> {

        void take(UsageCorrection correction) throws E;
    }

    /** Hands out what is to be corrected: nothing where all is as it should be. */
    <E extends Exception> void compute(Taker<E> corrections) throws E {
        events.read((event, inSeveralPartitions) -> {
            ModelMetrics usage = event.required();
            if (!selection.takes(usage)) {
                return;
            }
            if (catalog.models().containsKey(usage.getModel())) {
                calls.add(Subject.of(event, catalog), event);
            } else {
                unknownModels.add(usage.getModel());
            }
        });
        calls.close();
        known.close();
        for (int bucket = 0; bucket < calls.count(); bucket++) {
            compute(bucket, corrections);
        }
    }

    private <E extends Exception> void compute(int bucket, Taker<E> corrections) throws E {
        Map<Subject, List<Step>> steps = new HashMap<>();
        Set<String> applied = new HashSet<>();
        known.read(bucket, record -> {
            UsageCorrection correction = record.required();
            if (applied.add(correction.getId())) {
                steps.computeIfAbsent(Subject.of(correction), subject -> new ArrayList<>())
                        .add(Step.of(correction));
            }
        });
        Map<Move, Difference> moves = new LinkedHashMap<>();
        calls.read(bucket, call -> {
            Subject subject = Subject.of(call, catalog);
            add(call, subject, steps.getOrDefault(subject, List.of()), moves);
        });
        for (Map.Entry<Move, Difference> move : moves.entrySet()) {
            corrections.take(correction(move.getKey(), move.getValue()));
        }
    }

    private void add(Placed<ModelMetrics> call, Subject subject, List<Step> steps, Map<Move, Difference> moves) {
        ModelMetrics usage = call.required();
        Instant time = usage.getTimestamp();
        Model model = Objects.requireNonNull(catalog.models().get(usage.getModel()));
        Charge standing =
                Charge.by(Rating.charged(time, call.appendTime(), model).orElse(null));
        if (standing.of(usage).compareTo(Rating.MOST) > 0) {
            return; // It could not be counted and was rejected, or will be where it goes on to another partition.
        }
        callsLookedAt++;
        for (Step step : steps) {
            standing = step.from(standing, call);
        }
        Optional<Rating.Due> due = Rating.due(time, model);
        if (due.isEmpty()) {
            return;
        }
        Charge right = Charge.by(due.get().price());
        if (!right.rates().equals(standing.rates())) {
            Move move = new Move(subject, range(time, model), standing.rates(), right.rates(), steps.size());
            Charge wrong = standing;
            moves.computeIfAbsent(move, first -> new Difference(wrong.price(), due.get()))
                    .add(right.of(usage).subtract(standing.of(usage)));
        }
    }

    /** The stretch of a minute with one price of the model, as far as the selection goes. */
    private Span range(Instant time, Model model) {
        Instant minute = time.truncatedTo(ChronoUnit.MINUTES);
        TreeSet<Instant> cuts = new TreeSet<>(List.of(
                minute,
                minute.plus(1, ChronoUnit.MINUTES),
                selection.span().start(),
                selection.span().end()));
        for (ModelPrice price : model.getPrices()) {
            if (price.getEffectiveFrom() != null) {
                cuts.add(price.getEffectiveFrom());
            }
        }
        for (PriceCorrection correction : model.getCorrections()) {
            cuts.add(correction.getRangeStart());
            cuts.add(correction.getRangeEnd());
        }
        return new Span(Objects.requireNonNull(cuts.floor(time)), Objects.requireNonNull(cuts.higher(time)));
    }

    private UsageCorrection correction(Move move, Difference difference) {
        return UsageCorrection.newBuilder()
                .setId(move.id())
                .setOrganization(move.subject().organization())
                .setApiKey(move.subject().apiKey())
                .setRoutingRule(move.subject().routingRule())
                .setModel(move.subject().model())
                .setRangeStart(move.range().start())
                .setRangeEnd(move.range().end())
                .setRequests(difference.calls)
                .setAsOf(asOf)
                .setOldPrice(difference.oldPrice)
                .setNewPrice(difference.due.price())
                .setPriceCorrection(difference.due.correction())
                .setDifference(difference.sum)
                .setReason(reason(difference.due))
                .setCorrectedAt(now)
                .build();
    }

    private static String reason(Rating.Due due) {
        String what = due.correction() == null
                ? "the price came after the calls"
                : "price correction %d".formatted(due.correction());
        String why = due.price().getReason();
        return why == null ? what : what + ": " + why;
    }

    /** Counted calls without a sent cost that the selection takes. */
    long callsLookedAt() {
        return callsLookedAt;
    }

    /** Models of such calls that the catalog doesn't know: what they were charged can't be known either. */
    Set<String> unknownModels() {
        return unknownModels;
    }

    /** What a move comes to. */
    private static final class Difference {

        private final @Nullable ModelPrice oldPrice;
        private final Rating.Due due;
        private long calls;
        private BigDecimal sum = BigDecimal.ZERO.setScale(12);

        Difference(@Nullable ModelPrice oldPrice, Rating.Due due) {
            this.oldPrice = oldPrice;
            this.due = due;
        }

        void add(BigDecimal ofCall) {
            calls++;
            sum = sum.add(ofCall);
        }
    }
}
