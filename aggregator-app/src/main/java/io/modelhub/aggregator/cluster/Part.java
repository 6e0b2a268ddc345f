package io.modelhub.aggregator.cluster;

import io.modelhub.aggregator.calendar.ZoneHistory;
import io.modelhub.aggregator.ledger.Calendars;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.ledger.Lent;
import io.modelhub.aggregator.ledger.Progress;
import io.modelhub.aggregator.ledger.StoredLedger;
import io.modelhub.aggregator.quota.QuotaState;
import io.modelhub.aggregator.quota.QuotaStates;
import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * What this process holds of the whole, for itself and for its peers. A peer asks for partitions by number and gets all of what
 * it asked for, or a {@link PartitionsAwayException}: work may have moved since it last heard.
 */
public final class Part {

    /** What comes next in an answer about windows. */
    private static final byte WINDOW = 1;

    private static final byte POSITION = 2;

    private final Lent<Ledger> ledgers;
    private final Lent<QuotaStates> quotas;
    private final Supplier<Optional<KafkaStreams>> streams;
    private final StandbyCopies copies;
    private final Duration deadline;

    /**
     * A reader of what tasks lend and of copies.
     *
     * @param deadline of the broker's word on how far behind a copy is
     */
    public Part(
            Lent<Ledger> ledgers,
            Lent<QuotaStates> quotas,
            Supplier<Optional<KafkaStreams>> streams,
            StandbyCopies copies,
            Duration deadline) {
        this.ledgers = ledgers;
        this.quotas = quotas;
        this.streams = streams;
        this.copies = copies;
        this.deadline = deadline;
    }

    /**
     * Answers a peer's question for windows, with the positions of the partitions after them.
     *
     * @param question by {@link #question}
     * @throws IllegalArgumentException it can't be read
     */
    public byte[] windows(byte[] question) {
        PackedReader input = new PackedReader(question);
        Set<Integer> partitions;
        WindowsRead read;
        try {
            partitions = readPartitions(input);
            read = WindowsRead.read(input);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the question ends too early", e);
        }
        PackedWriter answer = new PackedWriter(64 * 1024);
        Runnable counter = counter();
        List<Position> positions = windows(partitions, read, (subject, model, start, end, sum) -> {
            counter.run();
            write(subject, model, start, end, sum, answer);
        });
        positions.forEach(position -> write(position, answer));
        return answer.toBytes();
    }

    /** Counts windows until there are too many. */
    private static Runnable counter() {
        int[] windows = {0};
        return () -> {
            if (++windows[0] > TooManyWindowsException.MOST) {
                throw new TooManyWindowsException();
            }
        };
    }

    private static void write(String subject, String model, long start, long end, CallSum sum, PackedWriter answer) {
        answer.writeByte(WINDOW);
        answer.writeText(subject);
        answer.writeText(model);
        answer.writeSigned(start);
        answer.writeUnsigned(end - start);
        sum.encode(answer, start);
    }

    private static void write(Position position, PackedWriter answer) {
        answer.writeByte(POSITION);
        position.write(answer);
    }

    /** A question for the windows in the standby copy of a partition, if it is behind by no more than so much. */
    static PackedWriter standbyQuestion(int partition, long mostLag, WindowsRead read) {
        PackedWriter question = new PackedWriter(128);
        question.writeUnsigned(partition);
        question.writeUnsigned(mostLag);
        read.write(question);
        return question;
    }

    /**
     * Answers a peer's question for what this process has a copy of: {@link #readWindows} reads the answer. A copy that is further behind than
     * was asked for gives its position alone.
     *
     * @param question by {@link #standbyQuestion}
     * @throws IllegalArgumentException it can't be read
     */
    public byte[] standbyWindows(byte[] question) {
        PackedReader input = new PackedReader(question);
        int partition;
        long mostLag;
        WindowsRead read;
        try {
            partition = (int) input.readUnsigned();
            mostLag = input.readUnsigned();
            read = WindowsRead.read(input);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the question ends too early", e);
        }
        return standbyWindows(partition, mostLag, read);
    }

    private byte[] standbyWindows(int partition, long mostLag, WindowsRead read) {
        KafkaStreams open = open();
        Optional<StandbyCopies.Copy> copy = copies.readable(partition);
        if (copy.isEmpty()) {
            throw new PartitionsAwayException(
                    "this instance keeps no copy of partition %d that is complete".formatted(partition));
        }
        long lag = lag(open, partition);
        PackedWriter answer = new PackedWriter(64 * 1024);
        try {
            StoredLedger stored = new StoredLedger(open.store(StoreQueryParameters.fromNameAndType(
                            Ledger.STORE, QueryableStoreTypes.<byte[], byte[]>keyValueStore())
                    .enableStaleStores()
                    .withPartition(partition)));
            write(Position.ofStandby(partition, stored.offset(), lag), answer);
            if (lag <= mostLag) {
                Runnable counter = counter();
                for (WindowsRead.Range range : read.ranges()) {
                    stored.read(
                            range.series(),
                            read.subjects(),
                            range.from(),
                            range.to(),
                            counter,
                            (subject, model, start, end, sum) -> write(subject, model, start, end, sum, answer));
                }
            }
        } catch (InvalidStateStoreException e) {
            throw new PartitionsAwayException("this instance can't be read now: " + e.getMessage());
        }
        if (!copies.readable(partition).equals(copy)) { // What was read may have been uncommitted, or in part.
            throw new PartitionsAwayException("the copy of partition %d has moved on".formatted(partition));
        }
        return answer.toBytes();
    }

    /** By how many offsets of its changelog the copy of a partition is behind, as the broker says now. */
    private long lag(KafkaStreams open, int partition) {
        String reason;
        try {
            LagInfo lag = CompletableFuture.supplyAsync(open::allLocalStorePartitionLags)
                    .get(deadline.toMillis(), TimeUnit.MILLISECONDS)
                    .getOrDefault(Ledger.STORE, Map.of())
                    .get(partition);
            if (lag != null) {
                return lag.offsetLag();
            }
            reason = "it has gone";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reason = "this instance is stopping";
        } catch (ExecutionException | TimeoutException e) {
            reason = "the broker doesn't answer";
        }
        throw new PartitionsAwayException(
                "nobody can tell how far the copy of partition %d is behind: %s".formatted(partition, reason));
    }

    /** Reads what a peer's {@link #windows(byte[])} or {@link #standbyWindows} gave. */
    static List<Position> readWindows(byte[] answer, Ledger.Visitor visitor) {
        List<Position> positions = new ArrayList<>();
        PackedReader input = new PackedReader(answer);
        while (input.hasMore()) {
            if (input.readByte() == POSITION) {
                positions.add(Position.read(input));
                continue;
            }
            String subject = input.readText();
            String model = input.readText();
            long start = input.readSigned();
            long end = start + input.readUnsigned();
            CallSum sum = new CallSum();
            sum.decodeAndAdd(input, start);
            visitor.visit(subject, model, start, end, sum);
        }
        return positions;
    }

    List<Position> windows(Collection<Integer> partitions, WindowsRead read, Ledger.Visitor visitor) {
        List<Position> positions = new ArrayList<>();
        lent(ledgers, partitions).forEach((partition, ledger) -> {
            Progress.Mark before = ledger.mark();
            for (WindowsRead.Range range : read.ranges()) {
                if (read.subjects().isEmpty()) {
                    ledger.read(range.series(), Optional.empty(), range.from(), range.to(), visitor);
                }
                for (String subject : read.subjects()) {
                    ledger.read(range.series(), Optional.of(subject), range.from(), range.to(), visitor);
                }
            }
            positions.add(Position.ofOwner(partition, before.offset(), ledger.isCommittedSince(before)));
        });
        return positions;
    }

    /**
     * Answers a peer's question for the states of keys.
     *
     * @param question by {@link #question}
     * @throws IllegalArgumentException it can't be read
     */
    public byte[] quotas(byte[] question) {
        Named keys = Named.read(question);
        PackedWriter answer = new PackedWriter(16 * 1024);
        quotas(keys.partitions, keys.names, (apiKey, state) -> QuotaStates.write(apiKey, state, answer));
        return answer.toBytes();
    }

    /** Partitions, and the names that are asked for there; none: all. */
    private record Named(Set<Integer> partitions, Set<String> names) {

        static Named read(byte[] question) {
            PackedReader input = new PackedReader(question);
            try {
                return new Named(readPartitions(input), WindowsRead.readTexts(input));
            } catch (IndexOutOfBoundsException e) {
                throw new IllegalArgumentException("the question ends too early", e);
            }
        }
    }

    /** @param keys empty: every one with a state */
    void quotas(Collection<Integer> partitions, Set<String> keys, BiConsumer<String, QuotaState> visitor) {
        for (QuotaStates states : lent(quotas, partitions).values()) {
            for (String apiKey : keys.isEmpty() ? states.keys() : keys) {
                QuotaState state = states.get(apiKey);
                if (state != null) {
                    visitor.accept(apiKey, state);
                }
            }
        }
    }

    /**
     * Answers a peer's question for the zones of organizations.
     *
     * @param question by {@link #question}
     * @throws IllegalArgumentException it can't be read
     */
    public byte[] calendars(byte[] question) {
        Named organizations = Named.read(question);
        PackedWriter answer = new PackedWriter(16 * 1024);
        calendars(
                organizations.partitions,
                organizations.names,
                (organization, zones) -> Calendars.write(organization, zones, answer));
        return answer.toBytes();
    }

    /** @param organizations empty: every one that was ever used */
    void calendars(Collection<Integer> partitions, Set<String> organizations, BiConsumer<String, ZoneHistory> visitor) {
        for (Ledger ledger : lent(ledgers, partitions).values()) {
            Calendars calendars = ledger.calendars();
            for (String organization : organizations.isEmpty() ? calendars.organizations() : organizations) {
                calendars.history(organization).ifPresent(zones -> visitor.accept(organization, zones));
            }
        }
    }

    private KafkaStreams open() {
        return streams.get()
                .orElseThrow(() -> new PartitionsAwayException("the aggregator has not reached the broker yet"));
    }

    /** What the tasks of the partitions lend, all of them. */
    private static <T> Map<Integer, T> lent(Lent<T> things, Collection<Integer> partitions) {
        Map<Integer, T> lent = new HashMap<>();
        Set<Integer> away = new TreeSet<>();
        for (int partition : partitions) {
            T thing = things.of(partition);
            if (thing == null) {
                away.add(partition);
            } else {
                lent.put(partition, thing);
            }
        }
        if (!away.isEmpty()) {
            throw new PartitionsAwayException("partitions " + away + " are on their way to another instance");
        }
        return lent;
    }

    /** A question about partitions, to be followed by what is asked. */
    static PackedWriter question(Collection<Integer> partitions) {
        PackedWriter question = new PackedWriter(128);
        question.writeUnsigned(partitions.size());
        partitions.forEach(question::writeUnsigned);
        return question;
    }

    private static Set<Integer> readPartitions(PackedReader input) {
        Set<Integer> partitions = new TreeSet<>();
        for (long left = input.readUnsigned(); left > 0; left--) {
            partitions.add((int) input.readUnsigned());
        }
        return partitions;
    }
}
