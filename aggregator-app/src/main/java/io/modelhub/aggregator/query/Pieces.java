package io.modelhub.aggregator.query;

import static java.util.Comparator.comparing;

import io.modelhub.aggregator.calendar.ZoneHistory;
import io.modelhub.aggregator.calendar.Zones;
import io.modelhub.aggregator.cluster.WindowsRead;
import io.modelhub.aggregator.ledger.Series;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.aggregator.window.Retention;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pieces of a query for organizations of several zones: what to read of each grain, and what of that counts for whom. */
final class Pieces {

    private final List<Piece> all = new ArrayList<>();

    /** By organization, grain and start; organizations with the same zones share theirs. */
    private final Map<String, Map<Grain, NavigableMap<Long, Piece>>> byStart = new HashMap<>();

    /**
     * @param zones that cut the days and months of each organization
     * @throws TooManyWindowsException the query covers more windows than an answer may be made of
     */
    Pieces(UsageQuery query, Map<String, ZoneHistory> zones) {
        Map<ZoneHistory, Map<Grain, NavigableMap<Long, Piece>>> byZones = new HashMap<>();
        zones.forEach((organization, history) ->
                byStart.put(organization, byZones.computeIfAbsent(history, ignored -> add(Piece.of(query, history)))));
        if (zones.isEmpty()) {
            add(Piece.of(query, ZoneHistory.of(Zones.UTC))); // Nobody has calls; how far back they are kept is told.
        }
    }

    private Map<Grain, NavigableMap<Long, Piece>> add(List<Piece> pieces) {
        all.addAll(pieces);
        Map<Grain, NavigableMap<Long, Piece>> grains = new EnumMap<>(Grain.class);
        pieces.forEach(piece -> grains.computeIfAbsent(piece.grain(), ignored -> new TreeMap<>())
                .put(piece.from(), piece));
        return grains;
    }

    /** Whether a window is in the answer for its organization. */
    boolean hold(String organization, Grain grain, long start) {
        @Nullable
        NavigableMap<Long, Piece> pieces =
                byStart.getOrDefault(organization, Map.of()).get(grain);
        Map.@Nullable Entry<Long, Piece> piece = pieces == null ? null : pieces.floorEntry(start);
        return piece != null && start < piece.getValue().to();
    }

    /** What to read of a grain: it has the pieces of all zones in it, and nothing twice. */
    List<WindowsRead.Range> ranges(Grain grain) {
        Series series = Series.ofOrganizations(grain);
        List<WindowsRead.Range> ranges = new ArrayList<>();
        all.stream()
                .filter(piece -> piece.grain() == grain)
                .sorted(comparing(Piece::from))
                .forEach(piece -> {
                    int last = ranges.size() - 1;
                    if (last >= 0 && piece.from() <= ranges.get(last).to()) {
                        long to = Math.max(piece.to(), ranges.get(last).to());
                        ranges.set(
                                last,
                                new WindowsRead.Range(series, ranges.get(last).from(), to));
                    } else {
                        ranges.add(new WindowsRead.Range(series, piece.from(), piece.to()));
                    }
                });
        return ranges;
    }

    /** Whether all windows are still kept at a moment. */
    boolean areKeptAt(Instant now, Retention retention) {
        return all.stream().allMatch(piece -> piece.isKeptAt(now, retention));
    }
}
