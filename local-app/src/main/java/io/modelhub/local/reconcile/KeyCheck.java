package io.modelhub.local.reconcile;

import static java.util.stream.Collectors.groupingBy;

import io.modelhub.local.usage.Catalog;
import io.modelhub.local.usage.Span;
import io.modelhub.schema.APIKey;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaEventType;
import io.modelhub.schema.QuotaPeriod;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds one key's record on {@code modelhub.quota.keys} and its events on {@code modelhub.quota.events} to what was spent with it.
 *
 * <p>A limit that changed since can't be known from the compacted catalog: where an event names another one than stands there
 * now, its period is only held to the laws that need no limit but the event's own.
 */
final class KeyCheck {

    private static final String STATES = Topics.QUOTA_KEYS.name();
    private static final String EVENTS = Topics.QUOTA_EVENTS.name();

    private final String apiKey;
    private final KeySpend spend;
    private final @Nullable KeyQuotaState state;
    private final @Nullable APIKey entity;
    private final @Nullable String organization;
    private final ZoneId zone;
    private final Span compared;
    private final QuotaClock clock;
    private final List<Integer> thresholds;
    private final Consumer<Difference> differences;

    /** Of a key whose every event is known. */
    private final Optional<List<KeySpend.Call>> replayed;

    /** Ids of the events that should be there and aren't. */
    private final Set<String> missing = new HashSet<>();

    private long eventsFound;
    private long eventsExtra;

    KeyCheck(
            String apiKey,
            KeySpend spend,
            @Nullable KeyQuotaState state,
            Catalog catalog,
            ReconciliationRules rules,
            Consumer<Difference> differences) {
        this.apiKey = apiKey;
        this.spend = spend;
        this.state = state;
        this.entity = catalog.apiKeys().get(apiKey);
        this.organization = catalog.ownerOf(apiKey);
        // Its own, where it says one: the catalog's counts from the next period on.
        this.zone = state == null ? catalog.zoneOf(organization) : ZoneId.of(state.getZone());
        this.compared = rules.compared();
        this.clock = rules.quotaClock();
        this.thresholds = rules.quotaThresholds();
        this.differences = differences;
        this.replayed = hasFixedLimits() ? spend.inOrder() : Optional.empty();
    }

    /** Whether the clock is in the log, and the catalog's first revision of the key is its last. */
    private boolean hasFixedLimits() {
        return clock == QuotaClock.STREAM && entity != null && entity.getRevision() <= 1 && !spend.isCorrected();
    }

    /** Whether each of its events is known beforehand. */
    boolean isReplayed() {
        return replayed.isPresent();
    }

    /** Events that disable or enable the key, of the periods compared. */
    long eventsFound() {
        return eventsFound;
    }

    /** How many of those there should be. */
    long eventsExpected() {
        return eventsFound + missing.size() - eventsExtra;
    }

    /** What the key spent in the current periods, and whether that disables it. A key that the catalog deleted has no state. */
    void state() {
        Instant lastUsedAt = spend.lastUsedAt();
        boolean used = lastUsedAt != null && compared.holds(lastUsedAt);
        if (state == null) {
            if (used && entity != null) {
                differences.accept(Difference.missing(STATES, apiKey, "a state, last used " + lastUsedAt));
            }
            return;
        }
        ExpectedRecord expected = new ExpectedRecord().with("organization", organization);
        if (used) {
            expected.with("last_used_at", lastUsedAt);
        }
        List<QuotaCause> causes = new ArrayList<>();
        boolean complete = period(state, QuotaCause.DAY, causes);
        complete &= period(state, QuotaCause.MONTH, causes);
        if (complete) {
            expected.with("enabled", causes.isEmpty()).with("causes", causes);
        }
        expected.compare(STATES, apiKey, state, differences);
    }

    /** Adds to the causes; says whether the period was compared. */
    private boolean period(KeyQuotaState state, QuotaCause cause, List<QuotaCause> causes) {
        QuotaPeriod found = periodOf(state, cause);
        Span period = new Span(found.getStart(), found.getEnd());
        if (!compared.holds(period)) {
            return false;
        }
        BigDecimal spent = spend.in(period);
        BigDecimal limit = limit(cause);
        ExpectedRecord expected = new ExpectedRecord().with("limit", limit).with("spent", spent);
        Instant now = spend.lastUsedAt();
        if (clock == QuotaClock.STREAM && now != null && !period.holds(now)) {
            Span current = Grain.of(cause).containing(now, zone);
            expected.with("start", current.start()).with("end", current.end());
        }
        expected.compare(STATES, apiKey, cause == QuotaCause.DAY ? "day." : "month.", found, differences);
        if (limit != null && spent.compareTo(limit) >= 0) {
            causes.add(cause);
        }
        return true;
    }

    private static QuotaPeriod periodOf(KeyQuotaState state, QuotaCause cause) {
        return cause == QuotaCause.DAY ? state.getDay() : state.getMonth();
    }

    private @Nullable BigDecimal limit(QuotaCause cause) {
        if (entity == null) {
            return null;
        }
        return cause == QuotaCause.DAY ? entity.getDailyQuota() : entity.getMonthlyQuota();
    }

    /** @param events of the key, in their order */
    void events(List<KeyQuotaEvent> events) {
        List<KeyQuotaEvent> once = once(events);
        for (QuotaCause cause : QuotaCause.values()) {
            Map<Span, List<KeyQuotaEvent>> byPeriod =
                    once.stream().filter(event -> event.getCause() == cause).collect(groupingBy(KeyCheck::periodOf));
            // By its start: the first period after a change of zone begins where no calendar's does.
            Map<Instant, Span> periods = new TreeMap<>();
            spend.times().forEach(time -> {
                Span period = Grain.of(cause).containing(time, zone);
                periods.put(period.start(), period);
            });
            byPeriod.keySet().forEach(period -> periods.put(period.start(), period));
            Map<Span, List<QuotaReplay.Event>> known =
                    replay(cause).stream().collect(groupingBy(QuotaReplay.Event::period));
            for (Span period : periods.values()) {
                if (compared.holds(period)) {
                    List<KeyQuotaEvent> found = byPeriod.getOrDefault(period, List.of());
                    period(cause, period, found);
                    if (isReplayed()) {
                        compare(cause, known.getOrDefault(period, List.of()), found);
                    }
                }
            }
        }
    }

    /** The events without those that are told a second time: such a one is a difference by itself, and no step of the key. */
    private List<KeyQuotaEvent> once(List<KeyQuotaEvent> events) {
        Map<String, KeyQuotaEvent> byId = new LinkedHashMap<>();
        for (KeyQuotaEvent event : events) {
            if (byId.putIfAbsent(event.getId(), event) != null) {
                if (isTurn(event.getType())) {
                    eventsFound++;
                    eventsExtra++;
                }
                differences.accept(Difference.extra(EVENTS, event.getId(), "the same event once more"));
            }
        }
        return List.copyOf(byId.values());
    }

    private List<QuotaReplay.Event> replay(QuotaCause cause) {
        BigDecimal limit = limit(cause);
        return limit == null || replayed.isEmpty()
                ? List.of()
                : QuotaReplay.events(cause, limit, zone, thresholds, replayed.get());
    }

    /** The events of a period are these and no others, in this order. */
    private void compare(QuotaCause cause, List<QuotaReplay.Event> known, List<KeyQuotaEvent> found) {
        List<String> knownIds =
                known.stream().map(event -> event.id(apiKey, cause)).toList();
        List<String> foundIds = found.stream().map(KeyQuotaEvent::getId).toList();
        for (QuotaReplay.Event event : known) {
            String id = event.id(apiKey, cause);
            int place = foundIds.indexOf(id);
            if (place < 0) {
                missing(id, event.type());
            } else {
                new ExpectedRecord()
                        .with("type", event.type())
                        .with("limit", event.limit())
                        .compare(EVENTS, id, found.get(place), differences);
            }
        }
        for (KeyQuotaEvent event : found) {
            if (!knownIds.contains(event.getId())) {
                extra(event);
            }
        }
        if (Set.copyOf(knownIds).equals(Set.copyOf(foundIds))
                && !foundIds.stream().distinct().toList().equals(knownIds)) {
            differences.accept(
                    new Difference(EVENTS, apiKey, "order", String.join(", ", knownIds), String.join(", ", foundIds)));
        }
    }

    private static Span periodOf(KeyQuotaEvent event) {
        return new Span(event.getPeriodStart(), event.getPeriodEnd());
    }

    private void period(QuotaCause cause, Span period, List<KeyQuotaEvent> events) {
        events.forEach(event -> eachEvent(event, period));
        List<KeyQuotaEvent> turns =
                events.stream().filter(event -> isTurn(event.getType())).toList();
        eventsFound += turns.size();
        alternate(cause, period, turns);
        boolean off = !turns.isEmpty() && turns.get(turns.size() - 1).getType() == QuotaEventType.KEY_DISABLED;
        if (state != null) {
            endsAsTheStateSays(cause, period, turns, off, state);
        }
        if (clock == QuotaClock.STREAM && !isReplayed()) {
            inStreamTime(cause, period, turns);
        }
    }

    /** An event was true when it was written: not more was spent, nor less than it says is reached. */
    private void eachEvent(KeyQuotaEvent event, Span period) {
        new ExpectedRecord().with("api_key", apiKey).compare(EVENTS, event.getId(), event, differences);
        BigDecimal limit = event.getLimit();
        BigDecimal atLeast = BigDecimal.ZERO;
        if (event.getType() == QuotaEventType.KEY_DISABLED) {
            atLeast = limit;
        } else if (event.getType() == QuotaEventType.THRESHOLD_REACHED && limit != null) {
            atLeast = limit.multiply(BigDecimal.valueOf(event.getThresholdPercent(), 2));
        }
        if (atLeast == null || event.getSpent().compareTo(atLeast) < 0) {
            differences.accept(new Difference(
                    EVENTS,
                    event.getId(),
                    "spent",
                    "at least " + atLeast,
                    event.getSpent().toPlainString()));
        }
        BigDecimal atMost = spend.in(period);
        if (!spend.isCorrected() && event.getSpent().compareTo(atMost) > 0) {
            differences.accept(new Difference(
                    EVENTS,
                    event.getId(),
                    "spent",
                    "at most " + atMost.toPlainString(),
                    event.getSpent().toPlainString()));
        }
    }

    /** Off, on, off, on, numbered from 1. */
    private void alternate(QuotaCause cause, Span period, List<KeyQuotaEvent> turns) {
        for (int i = 0; i < turns.size(); i++) {
            KeyQuotaEvent turn = turns.get(i);
            new ExpectedRecord()
                    .with("id", id(cause, period, i + 1))
                    .with("type", i % 2 == 0 ? QuotaEventType.KEY_DISABLED : QuotaEventType.KEY_ENABLED)
                    .compare(EVENTS, turn.getId(), turn, differences);
        }
    }

    private String id(QuotaCause cause, Span period, int n) {
        return "%s:%s:%s:%d".formatted(apiKey, cause, period.start(), n);
    }

    /** A cause stands while its period does; it is cleared when that ends. */
    private void endsAsTheStateSays(
            QuotaCause cause, Span period, List<KeyQuotaEvent> turns, boolean off, KeyQuotaState state) {
        boolean isCurrent = periodOf(state, cause).getStart().equals(period.start());
        boolean mustBeOff = isCurrent && state.getCauses().contains(cause);
        if (off && !mustBeOff) {
            missing(cause, period, turns.size() + 1, QuotaEventType.KEY_ENABLED);
        } else if (!off && mustBeOff) {
            missing(cause, period, turns.size() + 1, QuotaEventType.KEY_DISABLED);
        }
    }

    /** While a limit stands and no price is corrected, a period's limit is reached at most once, and left at the period's end. */
    private void inStreamTime(QuotaCause cause, Span period, List<KeyQuotaEvent> turns) {
        BigDecimal limit = limit(cause);
        Instant now = spend.lastUsedAt();
        boolean steady = limit != null
                && !spend.isCorrected()
                && turns.stream()
                        .allMatch(event ->
                                event.getLimit() != null && event.getLimit().compareTo(limit) == 0);
        if (limit == null || now == null || !steady) {
            return;
        }
        int most = now.isBefore(period.end()) ? 1 : 2;
        for (KeyQuotaEvent event : turns.subList(Math.min(most, turns.size()), turns.size())) {
            extra(event);
        }
        boolean reached = spend.inTime(period)
                .filter(spent -> spent.compareTo(limit) >= 0)
                .isPresent();
        if (turns.isEmpty() && reached) {
            missing(cause, period, 1, QuotaEventType.KEY_DISABLED);
        }
    }

    private void missing(QuotaCause cause, Span period, int n, QuotaEventType type) {
        missing(id(cause, period, n), type);
    }

    /** Two laws may ask for the same event. */
    private void missing(String id, QuotaEventType type) {
        if (!isTurn(type) || missing.add(id)) {
            differences.accept(Difference.missing(EVENTS, id, String.valueOf(type)));
        }
    }

    private void extra(KeyQuotaEvent event) {
        eventsExtra += isTurn(event.getType()) ? 1 : 0;
        differences.accept(Difference.extra(EVENTS, event.getId(), String.valueOf(event.getType())));
    }

    /** Whether it disables or enables the key. */
    private static boolean isTurn(QuotaEventType type) {
        return type != QuotaEventType.THRESHOLD_REACHED;
    }
}
