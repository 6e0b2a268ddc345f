package io.modelhub.aggregator.topology;

import static java.util.Objects.requireNonNull;

import io.modelhub.aggregator.calendar.ZoneHistory;
import io.modelhub.aggregator.catalog.CatalogBook;
import io.modelhub.aggregator.catalog.LastingBook;
import io.modelhub.aggregator.dedup.AppliedCorrections;
import io.modelhub.aggregator.dedup.SeenIds;
import io.modelhub.aggregator.ledger.BeforeCommit;
import io.modelhub.aggregator.ledger.Calendars;
import io.modelhub.aggregator.ledger.CallBlock;
import io.modelhub.aggregator.ledger.Cell;
import io.modelhub.aggregator.ledger.FinalWindows;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.ledger.Page;
import io.modelhub.aggregator.ledger.Series;
import io.modelhub.aggregator.ledger.Subject;
import io.modelhub.aggregator.price.CatalogModel;
import io.modelhub.aggregator.price.Pricer;
import io.modelhub.aggregator.price.UnpricedCalls;
import io.modelhub.aggregator.publish.CalendarRecords;
import io.modelhub.aggregator.publish.DayRecords;
import io.modelhub.aggregator.publish.WindowRecords;
import io.modelhub.aggregator.quota.NearLimit;
import io.modelhub.aggregator.quota.Quotas;
import io.modelhub.aggregator.source.Acceptance;
import io.modelhub.aggregator.source.Call;
import io.modelhub.aggregator.source.CorrectionReader;
import io.modelhub.aggregator.source.Rejection;
import io.modelhub.aggregator.source.UsageReader;
import io.modelhub.aggregator.sum.Measures;
import io.modelhub.aggregator.sum.Usd;
import io.modelhub.aggregator.window.Grain;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Takes one partition's share of the whole job: reads and prices its events, counts each once, adds up the subjects whose home
 * this partition is, sends on what belongs to another home, enforces quotas, publishes.
 *
 * <p>A usage record is counted in the partition of its canonical key, where its id is known; a call is added to an organization, an
 * API key or a routing rule in the partition of that identifier. Both are the hash of a text and nothing else, so no change of the
 * catalog can split a total. What is not at home here goes, packed, through one internal topic to the same processor there.
 */
final class CountUsageProcessor extends ContextualProcessor<byte[], byte[], Object, Object> {

    /** Names of the children. */
    record Children(
            String rejected,
            String strays,
            Map<Grain, String> windows,
            String quotaStates,
            String quotaEvents,
            String calendars,
            String keyDays,
            String ruleDays) {}

    static final String BEFORE_COMMIT = "usage-before-commit";

    /** A minute that changes is published at most this often. */
    private static final Duration PUBLISH = Duration.ofSeconds(1);

    /**
     * A longer window at most this often: a second of a day says little, and each call changes one of every length. A day of a key lists
     * all its models: to write it costs fifty times what a window does.
     */
    private static final Duration PUBLISH_LONGER = Duration.ofSeconds(5);

    /** While old events are worked off, what is published is out of date at once: this often is enough. */
    private static final Duration PUBLISH_BEHIND = Duration.ofSeconds(10);

    private static final Duration PUBLISH_LONGER_BEHIND = Duration.ofMinutes(1);

    /** An event whose record is younger than this is live: its limit is to hold soon. */
    private static final Duration LIVE = Duration.ofSeconds(3);

    /** Old events are worked off where none came to the thread for so many ticks. Not for a time: the machine may have stood still meanwhile. */
    private static final int TICKS_WORKED_OFF = 25;

    /** Or none to the task for so many: the thread's other tasks may have work for long. */
    private static final int TICKS_WORKED_OFF_HERE = 100;

    /** While old events are worked off, a minute of theirs passes in no time: pages that have settled are looked for this often. */
    private static final Duration SETTLE_BEHIND = PUBLISH.dividedBy(Ledger.LOOKS_PER_PUBLICATION);

    /** A round of publication takes half of its second: a commit, and the breach in it, never waits for all of it. */
    private static final int SLICES = 50;

    /** Of longer windows, where live events wait behind each slice: four of their five seconds. */
    private static final int SLICES_LONGER_LIVE = 400;

    /** Of anything where no live event waits behind a slice. */
    private static final int SLICES_OLD = 10;

    /** Where live events have to be caught up with, they come before the slices: so much is between two of these. */
    private static final Duration SLICE_MEANWHILE = Duration.ofMillis(40);

    /** A slice is no less, in pages. */
    private static final int SMALLEST_SLICE = 25;

    /** The same where live events wait behind each slice. */
    private static final int SMALLEST_SLICE_LIVE = 4;

    /** So many windows that can't change any more are published at a time. */
    private static final int FINALS_AT_A_TIME = 100;

    /** So many pages are written, or blocks of calls dropped, at a time: a page of an API key's day takes up to a third of a millisecond. */
    private static final int PAGES_AT_A_TIME = 200;

    /** The same where live events wait for it. */
    private static final int PAGES_AT_A_TIME_LIVE = 8;

    /** So soon after a change of the catalog or the end of a period a key is told. */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** A call that was counted before is not further ahead of this machine's clock: what is accepted, and a minute between clocks. */
    private static final Duration AHEAD = Acceptance.AHEAD.plusMinutes(1);

    /** A task that has something to read reads some of it in less. */
    private static final Duration IDLE = Duration.ofMinutes(10);

    /** What other partitions send on may come this much later than what stands here. */
    private static final Duration BEHIND = Duration.ofHours(1);

    /** A new owner of a task counts these again, in a third of a second. */
    private static final long CALLS_PER_CHECKPOINT = 250_000;

    /** Each task has so many more than the one before: they have as many calls, and would all write at the same moment. */
    private static final long CALLS_MORE_PER_TASK = 20_000;

    private final Topics topics;
    private final CatalogTables catalog;
    private final TopologySettings settings;
    private final Children children;
    private final NearLimit nearLimit;
    private final String usage = Topics.USAGE.name();
    private final String corrections = Topics.USAGE_CORRECTIONS.name();
    private final Call call = new Call();

    /** An object of its own: the fast reader of calls doesn't touch what is the same in all of them. */
    private final Call corrected = new Call();

    private final @Nullable CallBlock[] strays = new CallBlock[Topics.PARTITIONS];
    private final Homes homes = new Homes(Topics.PARTITIONS);
    private Backlog backlog = new Backlog();
    private CommitPace pace = new CommitPace(backlog);
    private final Map<Grain, WindowRecords> windowRecords = new EnumMap<>(Grain.class);

    private DayRecords dayRecords;
    private UsageReader reader;
    private Pricer pricer;
    private LastingBook<CatalogModel> models;
    private UnpricedCalls unpriced;
    private CorrectionReader correctionReader;
    private SeenIds seen;
    private AppliedCorrections applied;
    private CatalogBook<ZoneId> organizations;
    private Calendars calendars;
    private Ledger ledger;
    private FinalWindows finals;
    private Quotas quotas;
    private UsageMeter meter;
    private int home;
    private long latestAppend;
    private long lastPublished;
    private long lastPublishedLonger;
    private long lastSlice;
    private long lastSettled;
    private long lastProcessed;
    private ThreadReads reads;
    private long readsAtTick;
    private int ticksWithoutRead;
    private int ticksWithoutRecord;
    private int minutesDue;
    private int minutesSlice;
    private int settledSlice;
    private int longerDue;
    private int daysDue;
    private int longerSlice;
    private boolean isCheckpoint;
    private long lastChange;
    private long startedAt;
    private boolean hasNews;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
    CountUsageProcessor(
            Topics topics, CatalogTables catalog, TopologySettings settings, Children children, NearLimit nearLimit) {
        this.topics = topics;
        this.catalog = catalog;
        this.settings = settings;
        this.children = children;
        this.nearLimit = nearLimit;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        home = context.taskId().partition();
        latestAppend = 0;
        backlog = new Backlog();
        pace = new CommitPace(backlog);
        lastPublished = 0;
        lastPublishedLonger = 0;
        lastSlice = 0;
        lastSettled = 0;
        lastProcessed = 0;
        reads = ThreadReads.here();
        readsAtTick = reads.count();
        ticksWithoutRead = 0;
        ticksWithoutRecord = 0;
        minutesDue = 0;
        longerDue = 0;
        daysDue = 0;
        isCheckpoint = false;
        Arrays.fill(strays, null);
        windowRecords.put(Grain.MINUTE, new WindowRecords(topics.usage1m()));
        windowRecords.put(Grain.QUARTER_HOUR, new WindowRecords(topics.usage15m()));
        windowRecords.put(Grain.DAY, new WindowRecords(topics.usage1d()));
        windowRecords.put(Grain.MONTH, new WindowRecords(topics.usage1mo()));

        dayRecords = new DayRecords(topics);

        meter = new UsageMeter(context);
        models = catalog.models().in(context);
        KeyValueStore<byte[], byte[]> store = context.getStateStore(Ledger.STORE);
        reader = new UsageReader(topics.usage(), settings.acceptance());
        pricer = new Pricer(models, catalog.apiKeys().in(context), meter::mismatch);
        seen = new SeenIds(store, settings.acceptance().horizon().toMillis());
        seen.recover();
        unpriced = new UnpricedCalls(store);
        unpriced.recover();
        correctionReader = new CorrectionReader(topics.usageCorrections());
        applied = new AppliedCorrections(store, settings.retention().longest());
        organizations = catalog.organizations().in(context);
        lastChange = 0;
        calendars = new Calendars(store, organizations::find, this::publishCalendar);
        calendars.recover();
        ledger = new Ledger(
                store,
                calendars,
                settings.retention(),
                settings.windowsInMemory() / Topics.PARTITIONS,
                context::currentSystemTimeMs);
        ledger.recover();
        finals = new FinalWindows(store, ledger, settings.acceptance().horizon().toMillis());
        finals.recover();
        startedAt = context.currentSystemTimeMs();
        quotas = Quotas.in(
                context,
                store,
                catalog.quotas(),
                apiKey -> homes.of(apiKey) == home,
                settings.quotaClock(),
                settings.thresholds(),
                new Out());
        context.<Lent.Slot<Ledger>>getStateStore(Ledger.LENT).lend(home, ledger);

        context.<BeforeCommit>getStateStore(BEFORE_COMMIT).run(context, this::beforeCommit, () -> latestAppend);
        context.schedule(PUBLISH, PunctuationType.WALL_CLOCK_TIME, this::publishInTime);
        context.schedule(CommitPace.TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
        context.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, this::look);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long now = context().currentSystemTimeMs();
        lastProcessed = now;
        ledger.lock().lock();
        try {
            RecordMetadata origin = context().recordMetadata().orElseThrow();
            latestAppend = Math.max(latestAppend, record.timestamp());
            if (origin.topic().equals(usage)) {
                ledger.progress().read(origin.offset() + 1);
                backlog.read(record.timestamp(), now);
                processUsage(record, origin);
            } else if (origin.topic().equals(corrections)) {
                ledger.progress().changed();
                correctionReader.read(record.value(), origin).ifPresent(one -> correct(one, record.timestamp()));
            } else {
                ledger.progress().changed();
                processStray(record);
            }
        } finally {
            ledger.lock().unlock();
        }
        pace.read();
        reads.read();
        ticksWithoutRecord = 0;
        commitLive(now);
    }

    private void processUsage(Record<byte[], byte[]> record, RecordMetadata origin) {
        Optional<UsageReader.Refusal> refusal = reader.read(record.value(), record.timestamp(), call);
        if (refusal.isPresent()) {
            reject(refusal.get().rejection(), refusal.get().usage(), record, Origin.of(origin));
            return;
        }
        int canonicalHome = homes.of(call.canonicalKey());
        if (canonicalHome == home) {
            count(record, Origin.of(origin));
        } else {
            byte[] stray = Stray.event(record.value(), record.timestamp(), origin.partition(), origin.offset());
            sendStray(canonicalHome, stray, record.timestamp());
        }
    }

    private void processStray(Record<byte[], byte[]> record) {
        byte[] value = record.value();
        if (Stray.isEvent(value)) {
            Stray.Event event = Stray.readEvent(value);
            Record<byte[], byte[]> original = new Record<>(record.key(), event.value(), event.appendTime());
            Origin origin = new Origin(usage, event.partition(), event.offset());
            // It was accepted where it came from; only an instance with another horizon can say otherwise here.
            Optional<UsageReader.Refusal> refusal = reader.read(event.value(), event.appendTime(), call);
            if (refusal.isPresent()) {
                reject(refusal.get().rejection(), refusal.get().usage(), original, origin);
            } else {
                count(original, origin);
            }
        } else {
            ledger.add(Stray.readCalls(value), (subjects, organization, apiKey, routingRule, model, measures) -> {
                spend(subjects, apiKey, measures, home, record.timestamp());
            });
        }
    }

    /** Counts the call, which was read and accepted in the partition of its canonical key, unless it was counted before. */
    private void count(Record<byte[], byte[]> record, Origin origin) {
        Optional<Rejection> objection = pricer.price(call, record.timestamp());
        if (objection.isPresent()) {
            reject(objection.get(), null, record, origin);
            return;
        }
        call.measures.isRepeat = seen.isRepeated(call, record.timestamp());
        if (call.measures.isRepeat) {
            meter.duplicate();
        }
        addAtHomes(call, record.timestamp());
        if (call.measures.unpricedCalls != 0 && !call.measures.isRepeat) {
            unpriced.add(call, record.timestamp(), context().currentSystemTimeMs(), models);
        }
    }

    /** What it counted as unpriced gets the price that it should have had, had this instance known it. */
    private void priceLate() {
        unpriced.price(models, (late, appendTime) -> {
            late.measures.setCorrection(late.measures.timestamp, -1, late.measures.costPicos);
            addAtHomes(late, appendTime);
            ledger.progress().changed();
            pace.changed();
        });
    }

    /** Counts the difference that a correction makes to the same subjects as its calls, unless it was counted before. */
    private void correct(UsageCorrection correction, long appendTime) {
        if (applied.isRepeated(correction)) {
            return;
        }
        String organization = correction.getOrganization();
        corrected.countedFor = organization == null ? Call.NO_ORGANIZATION : organization;
        corrected.apiKey = correction.getApiKey();
        corrected.routingRule = correction.getRoutingRule();
        corrected.model = correction.getModel();
        long time = correction.getRangeStart().toEpochMilli();
        long unpricedCalls = (correction.getNewPrice() == null ? correction.getRequests() : 0)
                - (correction.getOldPrice() == null ? correction.getRequests() : 0);
        for (long picos : Usd.parts(correction.getDifference())) {
            corrected.measures.setCorrection(time, unpricedCalls, picos);
            addAtHomes(corrected, appendTime);
            unpricedCalls = 0;
        }
    }

    /** Adds a call, or a correction, where its subjects are at home. */
    private void addAtHomes(Call call, long appendTime) {
        // A call is counted in the home of its canonical key, which mostly is that of its organization.
        int organizationHome = call.countedFor.equals(call.organization) ? home : homes.of(call.countedFor);
        int keyHome = call.apiKey == null ? organizationHome : homes.of(call.apiKey);
        int ruleHome = call.routingRule == null ? organizationHome : homes.of(call.routingRule);
        int left = subjects(call, organizationHome, keyHome, ruleHome, organizationHome);
        add(call, organizationHome, left, appendTime);
        if (keyHome != organizationHome) {
            add(call, keyHome, subjects(call, organizationHome, keyHome, ruleHome, keyHome), appendTime);
        }
        if (ruleHome != organizationHome && ruleHome != keyHome) {
            add(call, ruleHome, subjects(call, organizationHome, keyHome, ruleHome, ruleHome), appendTime);
        }
    }

    /** The subjects of the call that are at home in a partition. */
    private static int subjects(Call call, int organizationHome, int keyHome, int ruleHome, int partition) {
        return (organizationHome == partition ? Subject.ORGANIZATION.bit() : 0)
                | (call.apiKey != null && keyHome == partition ? Subject.API_KEY.bit() : 0)
                | (call.routingRule != null && ruleHome == partition ? Subject.ROUTING_RULE.bit() : 0);
    }

    private void add(Call call, int partition, int subjects, long appendTime) {
        spend(subjects, call.apiKey, call.measures, partition, appendTime);
        if (partition == home) {
            ledger.add(subjects, call.countedFor, call.apiKey, call.routingRule, call.model, call.measures);
            return;
        }
        CallBlock block = strays[partition];
        if (block == null) {
            block = new CallBlock();
            strays[partition] = block;
        }
        block.add(subjects, call.countedFor, call.apiKey, call.routingRule, call.model, call.measures);
        if (block.isFull()) {
            sendStray(partition, Stray.calls(block.take()), latestAppend);
        }
    }

    /** Counts the spend where the key is at home. A call that may bring it to a limit hurries, there and where it is read. */
    private void spend(int subjects, @Nullable String apiKey, Measures measures, int keyHome, long appendTime) {
        if (!Subject.API_KEY.isIn(subjects) || apiKey == null || measures.isRepeat) {
            return;
        }
        if (pace.isWatchful() && isLive(lastProcessed) && nearLimit.isNear(apiKey, measures, keyHome)) {
            pace.hurry();
        }
        if (keyHome == home) {
            quotas.add(apiKey, measures, appendTime);
        }
    }

    private void sendStray(int partition, byte[] value, long appendTime) {
        context().forward(new Record<>(Stray.key(partition), value, appendTime), children.strays());
    }

    private void reject(
            Rejection rejection, @Nullable ModelMetrics usage, Record<byte[], byte[]> record, Origin origin) {
        meter.rejected();
        byte[] original = record.value() == null ? new byte[0] : record.value();
        context()
                .forward(
                        new Record<>(
                                record.key(),
                                rejection.of(
                                        original,
                                        usage,
                                        origin.topic(),
                                        origin.partition(),
                                        origin.offset(),
                                        record.timestamp()),
                                record.timestamp()),
                        children.rejected());
    }

    /** Where a usage record stands. */
    private record Origin(String topic, int partition, long offset) {

        static Origin of(RecordMetadata metadata) {
            return new Origin(metadata.topic(), metadata.partition(), metadata.offset());
        }
    }

    private void tick(long now) {
        if (reads.count() != readsAtTick) {
            readsAtTick = reads.count();
            ticksWithoutRead = 0;
        }
        ticksWithoutRead++;
        ticksWithoutRecord++;
        if (now - lastSettled >= (isBehind(now) ? SETTLE_BEHIND : PUBLISH).toMillis()) {
            lookForSettled(now);
        }
        boolean isUnpublished = lastPublished < lastProcessed || quotas.isUnpublished();
        boolean isRound = isRound();
        if (isUnpublished && !isRound && !isLive(now) && isQuiet(now)) {
            publishInTime(now);
            isRound = true;
        }
        boolean hasSlices = isRound() || isCheckpoint || finals.isBusy() || ledger.settled() > 0;
        boolean isHeldUp = isWaitedFor(now) && !backlog.isWorkedOff() && now - lastSlice < SLICE_MEANWHILE.toMillis();
        if (hasSlices && !isHeldUp) {
            publishSlice(now);
        }
        if (isRound && !isRound() && isQuiet(now)) {
            context().commit(); // Nothing comes that would do it soon.
        }
        commitLive(now);
    }

    private void commitLive(long now) {
        if (pace.end(now)) {
            ledger.committed();
            quotas.committed(Instant.ofEpochMilli(now));
        }
        if (isLive(now) && pace.isDue(now)) {
            context().commit();
        }
    }

    /** What a key is told without any call of it is to be read as soon as if it had one. */
    private void look(long now) {
        hasNews = false;
        followZones(now);
        ledger.lock().lock();
        try {
            priceLate();
        } finally {
            ledger.lock().unlock();
        }
        quotas.look(Instant.ofEpochMilli(now));
        if (hasNews) {
            context().commit();
        }
    }

    /** A zone that has changed counts from the next periods on. What was counted ahead of the clock is in one that goes on. */
    private void followZones(long now) {
        Map<Long, String> changes = organizations.changedAfter(lastChange);
        if (changes.isEmpty()) {
            return;
        }
        ledger.lock().lock();
        try {
            Instant notBefore = Instant.ofEpochMilli(Math.max(now + AHEAD.toMillis(), ledger.latestCall() + 1));
            changes.forEach((change, organization) -> {
                calendars.follow(organization, notBefore);
                lastChange = change;
            });
        } finally {
            ledger.lock().unlock();
        }
    }

    private boolean isLive(long now) {
        return now - latestAppend < LIVE.toMillis();
    }

    /** Nothing has come for a while. */
    private boolean isQuiet(long now) {
        return isLive(now)
                ? now - lastProcessed >= PUBLISH.toMillis()
                : ticksWithoutRead >= TICKS_WORKED_OFF || ticksWithoutRecord >= TICKS_WORKED_OFF_HERE;
    }

    /** Old events are worked off. */
    private boolean isBehind(long now) {
        return !isLive(now) && !isQuiet(now);
    }

    /** Live events come in: a slice holds them up. */
    private boolean isWaitedFor(long now) {
        return isLive(now) && !isQuiet(now);
    }

    private void beforeCommit() {
        ledger.lock().lock();
        try {
            Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
            quotas.beforeCommit(now);
            if (ledger.isCrowded()) {
                checkpointAtOnce(now.toEpochMilli());
            }
            ledger.beforeCommit();
            seen.beforeCommit();
            unpriced.beforeCommit();
            for (int partition = 0; partition < strays.length; partition++) {
                CallBlock block = strays[partition];
                if (block != null && !block.isEmpty()) {
                    sendStray(partition, Stray.calls(block.take()), latestAppend);
                }
            }
        } finally {
            ledger.lock().unlock();
        }
        pace.begin(context().currentSystemTimeMs());
    }

    /** Begins a round of publication, and a checkpoint, where it is time for one. */
    private void publishInTime(long now) {
        if (!isCheckpoint && isCheckpointDue(now)) {
            beginCheckpoint();
        }
        boolean isQuiet = isQuiet(now);
        boolean isBehind = isBehind(now);
        if (isBehind && !ledger.isFull() && now - lastPublished < PUBLISH_BEHIND.toMillis()) {
            return;
        }
        lastPublished = now;
        unpriced.expire(now);
        minutesDue = ledger.changedMinutes();
        minutesSlice = slice(minutesDue, SLICES, now);
        Duration betweenLonger = isBehind ? PUBLISH_LONGER_BEHIND : PUBLISH_LONGER;
        if (isQuiet || ledger.isFull() || now - lastPublishedLonger >= betweenLonger.toMillis()) {
            lastPublishedLonger = now;
            longerDue = ledger.changedLonger();
            daysDue = ledger.changedDays();
            longerSlice = slice(Math.max(longerDue, daysDue), isWaitedFor(now) ? SLICES_LONGER_LIVE : SLICES, now);
            publishQuotas(now);
        }
        publishSlice(now);
    }

    private void lookForSettled(long now) {
        lastSettled = now;
        ledger.lock().lock();
        try {
            ledger.lookForSettled();
            settledSlice = slice(ledger.settled(), SLICES, now);
        } finally {
            ledger.lock().unlock();
        }
    }

    private int slice(int due, int slices, long now) {
        return Math.max(
                isWaitedFor(now) ? SMALLEST_SLICE_LIVE : SMALLEST_SLICE, due / (isLive(now) ? slices : SLICES_OLD));
    }

    private boolean isCheckpointDue(long now) {
        long calls = CALLS_PER_CHECKPOINT + home * CALLS_MORE_PER_TASK;
        return ledger.callsSinceCheckpoint() > calls || ledger.isFilling() || finals.isDue(closed(now));
    }

    private void beginCheckpoint() {
        ledger.lock().lock();
        try {
            quotas.checkpoint();
            ledger.beginCheckpoint();
        } finally {
            ledger.lock().unlock();
        }
        isCheckpoint = true;
    }

    private boolean isRound() {
        return minutesDue > 0 || longerDue > 0 || daysDue > 0;
    }

    private void publishSlice(long now) {
        lastSlice = now;
        ledger.lock().lock();
        try {
            publish(
                    Math.min(minutesDue, minutesSlice),
                    Math.min(longerDue, longerSlice),
                    Math.min(daysDue, longerSlice),
                    now);
            ledger.writeSettled(Math.min(ledger.settled(), settledSlice), window -> publishWindow(window, now));
            if (isCheckpoint && ledger.continueCheckpoint(isWaitedFor(now) ? PAGES_AT_A_TIME_LIVE : PAGES_AT_A_TIME)) {
                isCheckpoint = false;
                finals.begin(closed(now));
                seen.expire();
                applied.expire(now);
            }
            finals.handOut(FINALS_AT_A_TIME, window -> publishWindow(window, now));
        } finally {
            ledger.lock().unlock();
        }
    }

    /**
     * No call before it is accepted any more, in epoch milliseconds. Append time says so: the latest that was seen. Where nothing has come
     * for long there is nothing left to read, and the clock says it as well: the last windows of who calls no more become final, too.
     */
    private long closed(long now) {
        boolean isIdle = now - Math.max(lastProcessed, startedAt) >= IDLE.toMillis();
        long appended = isIdle ? Math.max(latestAppend, now - IDLE.toMillis()) : latestAppend;
        return appended - settings.acceptance().horizon().toMillis() - BEHIND.toMillis();
    }

    private void publish(int minutes, int longer, int days, long now) {
        ledger.publishMinutes(minutes, window -> publishWindow(window, now));
        ledger.publishLonger(longer, window -> publishWindow(window, now));
        ledger.publishDays(days, day -> publishDay(day, now));
        minutesDue = Math.max(0, minutesDue - minutes);
        longerDue = Math.max(0, longerDue - longer);
        daysDue = Math.max(0, daysDue - days);
    }

    private void publishWindow(Cell window, long now) {
        Grain grain = window.series().grain();
        WindowRecords records = requireNonNull(windowRecords.get(grain));
        context()
                .forward(
                        new Record<>(records.key(window), records.value(window, finals.isFinal(window)), now),
                        children.windows().get(grain));
    }

    private void publishQuotas(long now) {
        quotas.publish((apiKey, state) -> context().forward(new Record<>(apiKey, state, now), children.quotaStates()));
    }

    private void publishDay(Page day, long now) {
        if (day.series() == Series.KEY_DAYS) {
            byte[] record = dayRecords.ofKey(day, quotas.organization(day.subject()));
            context().forward(new Record<>(dayRecords.keyOfKey(day), record, now), children.keyDays());
        } else {
            context()
                    .forward(new Record<>(dayRecords.keyOfRule(day), dayRecords.ofRule(day), now), children.ruleDays());
        }
    }

    private void publishCalendar(String organization, ZoneHistory history) {
        context()
                .forward(
                        new Record<>(
                                organization,
                                CalendarRecords.of(organization, history),
                                context().currentSystemTimeMs()),
                        children.calendars());
    }

    private void checkpointAtOnce(long now) {
        quotas.checkpoint();
        ledger.checkpoint();
        if (ledger.isFull()) {
            publish(ledger.changedMinutes(), ledger.changedLonger(), ledger.changedDays(), now);
            ledger.checkpoint();
        }
        isCheckpoint = false;
    }

    private final class Out implements Quotas.News {

        @Override
        public void event(String apiKey, KeyQuotaEvent event, Instant at) {
            hasNews = true;
            context().forward(new Record<>(apiKey, event, at.toEpochMilli()), children.quotaEvents());
        }

        @Override
        public void state(String apiKey, @Nullable KeyQuotaState state, Instant at) {
            hasNews = true;
            context().forward(new Record<>(apiKey, state, at.toEpochMilli()), children.quotaStates());
        }
    }
}
