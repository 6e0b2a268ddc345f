package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.CatalogRecords;
import io.modelhub.aggregator.calendar.CalendarPeriod;
import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.aggregator.calendar.Zones;
import io.modelhub.aggregator.cluster.PartitionsAwayException;
import io.modelhub.aggregator.cluster.Position;
import io.modelhub.aggregator.cluster.Tolerance;
import io.modelhub.aggregator.cluster.WindowsRead;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.ledger.Series;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.aggregator.query.CatalogEntries;
import io.modelhub.aggregator.query.StoreAnswer;
import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.Usd;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.Model;
import io.modelhub.schema.QuotaPeriod;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Rows that a test puts there; remembers what it was asked for. */
public final class RowsByHand implements Sources {

    private record Key(Series series, String subject, String model, long start, long end) {}

    private final Map<Key, CallSum> windows = new HashMap<>();
    private final Map<String, CatalogModel> models = new TreeMap<>();
    private final Map<String, ZoneId> zones = new TreeMap<>();
    private final Map<String, APIKey> keys = new TreeMap<>();
    private final Map<String, BigDecimal> spent = new TreeMap<>();

    final List<WindowsRead> reads = Collections.synchronizedList(new ArrayList<>());
    final List<Set<String>> quotaReads = new ArrayList<>();
    final List<KeyQuotaEvent> events = new ArrayList<>();
    final List<Instant> eventReads = new ArrayList<>();
    boolean away;

    /** Of the standby copy that there is where something is away. */
    long standbyLag = Long.MAX_VALUE;

    public Pause whenRead = () -> {};

    public interface Pause {
        void await() throws InterruptedException;
    }

    /** Counts a call in every window that it is in. */
    public RowsByHand call(DocumentedStatements.Call call) {
        Measures measures = new Measures();
        measures.timestamp = call.at().toEpochMilli();
        measures.costPicos = Usd.picos(call.cost());
        measures.latencyMs = call.latencyMs() == null ? Measures.NOT_MEASURED : call.latencyMs();
        measures.tokensInput = call.tokensInput();
        measures.tokensOutput = call.tokensOutput();
        measures.status = call.status();
        add(Series.ORGANIZATION_MINUTES, call.organization(), call.model(), Duration.ofMinutes(1), measures);
        add(Series.ORGANIZATION_QUARTERS, call.organization(), call.model(), Duration.ofMinutes(15), measures);
        add(Series.ORGANIZATION_DAYS, call.organization(), call.model(), CalendarUnit.DAY, measures);
        add(Series.ORGANIZATION_MONTHS, call.organization(), call.model(), CalendarUnit.MONTH, measures);
        if (call.apiKey() != null) {
            add(Series.KEY_DAYS, call.apiKey(), call.model(), Duration.ofDays(1), measures);
            spent.merge(call.apiKey(), call.cost(), BigDecimal::add);
        }
        if (call.rule() != null) {
            add(Series.RULE_DAYS, call.rule(), call.model(), Duration.ofDays(1), measures);
        }
        return this;
    }

    private void add(Series series, String subject, String model, Duration size, Measures measures) {
        long start = measures.timestamp - Math.floorMod(measures.timestamp, size.toMillis());
        add(series, subject, model, start, start + size.toMillis(), measures);
    }

    private void add(Series series, String organization, String model, CalendarUnit unit, Measures measures) {
        CalendarPeriod period = CalendarPeriod.containing(
                Instant.ofEpochMilli(measures.timestamp), unit, zones.getOrDefault(organization, Zones.UTC));
        add(
                series,
                organization,
                model,
                period.start().toEpochMilli(),
                period.end().toEpochMilli(),
                measures);
    }

    private void add(Series series, String subject, String model, long start, long end, Measures measures) {
        windows.computeIfAbsent(new Key(series, subject, model, start, end), ignored -> new CallSum())
                .add(measures);
    }

    RowsByHand catalog(Map<String, String> providers, String rate, Map<String, String> organizations) {
        providers.forEach((model, provider) -> models.put(
                model,
                CatalogModel.of(Model.newBuilder(CatalogRecords.model(model, rate, 1))
                        .setProvider(provider)
                        .build())));
        organizations.forEach((organization, zone) -> zones.put(organization, ZoneId.of(zone)));
        return this;
    }

    RowsByHand key(String id, String organization) {
        keys.put(id, CatalogRecords.key(id, organization, null, "1000000", 1));
        return this;
    }

    @Override
    public StoreAnswer<List<Position>> windows(WindowsRead read, Tolerance tolerance, Ledger.Visitor visitor) {
        reads.add(read);
        try {
            whenRead.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        boolean isCopyRead = away && standbyLag <= tolerance.standbyLag().orElse(-1);
        if (away && !isCopyRead) {
            try {
                tolerance.absence().of(Set.of(3), "partitions [3] are on their way");
            } catch (PartitionsAwayException e) {
                return new StoreAnswer.NotReady<>(String.valueOf(e.getMessage()), Duration.ofSeconds(1));
            }
        }
        windows.forEach((key, sum) -> {
            for (WindowsRead.Range range : read.ranges()) {
                if (range.series() == key.series
                        && range.from() <= key.start
                        && key.start < range.to()
                        && (read.subjects().isEmpty() || read.subjects().contains(key.subject))) {
                    visitor.visit(key.subject, key.model, key.start, key.end, sum);
                }
            }
        });
        return new StoreAnswer.Found<>(
                isCopyRead ? List.of(new Position(3, 100, true, OptionalLong.of(standbyLag))) : List.of());
    }

    @Override
    public StoreAnswer<List<KeyQuotaState>> quotas(Set<String> asked, Instant now) {
        quotaReads.add(asked);
        return new StoreAnswer.Found<>(keys.keySet().stream()
                .filter(key -> asked.isEmpty() || asked.contains(key))
                .map(this::state)
                .toList());
    }

    private KeyQuotaState state(String key) {
        QuotaPeriod period = QuotaPeriod.newBuilder()
                .setStart(Instant.EPOCH)
                .setEnd(Instant.EPOCH)
                .setLimit(new BigDecimal("1000000"))
                .setSpent(spent.getOrDefault(key, BigDecimal.ZERO))
                .build();
        return KeyQuotaState.newBuilder()
                .setApiKey(key)
                .setZone(Zones.UTC.getId())
                .setEnabled(true)
                .setCauses(List.of())
                .setDay(period)
                .setMonth(period)
                .build();
    }

    @Override
    public StoreAnswer<Boolean> quotaEvents(Instant from, Predicate<KeyQuotaEvent> visitor) {
        eventReads.add(from);
        return new StoreAnswer.Found<>(events.stream().allMatch(visitor));
    }

    @Override
    public StoreAnswer<CatalogEntries> catalog() {
        return new StoreAnswer.Found<>(new CatalogEntries(models, keys, zones));
    }

    @Override
    public boolean areReadable() {
        return true;
    }
}
