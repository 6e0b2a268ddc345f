package io.modelhub.aggregator.cluster;

import static java.util.Objects.requireNonNull;

import io.modelhub.aggregator.calendar.ZoneHistory;
import io.modelhub.aggregator.ledger.Calendars;
import io.modelhub.aggregator.ledger.Home;
import io.modelhub.aggregator.ledger.Ledger;
import io.modelhub.aggregator.quota.QuotaState;
import io.modelhub.aggregator.quota.QuotaStates;
import io.modelhub.aggregator.sum.PackedWriter;
import io.modelhub.topic.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The totals of all partitions, wherever their tasks run: this process reads its own part and asks the owners for theirs, all at
 * once. Only the homes of the subjects that are asked for are read. For any thread.
 */
public final class Whole {

    private static final Set<Integer> ALL =
            IntStream.range(0, Topics.PARTITIONS).boxed().collect(Collectors.toUnmodifiableSet());

    private final Part here;
    private final Peers peers;
    private final String address;

    /** @param address host:port by which the others know this instance */
    public Whole(Part here, Peers peers, String address) {
        this.here = here;
        this.peers = peers;
        this.address = address;
    }

    /**
     * Reads windows, in no order.
     *
     * @return as of what, for each partition that was read
     * @throws PartitionsAwayException some can't be read now; the visitor may have got others
     * @throws TooManyWindowsException there are more than one answer may be made of
     */
    public List<Position> windows(KafkaStreams streams, WindowsRead read, Ledger.Visitor visitor) {
        return windows(streams, read, Tolerance.NONE, visitor);
    }

    /** Reads windows as {@link #windows(KafkaStreams, WindowsRead, Ledger.Visitor)}; the visitor gets nothing of what is absent. */
    public List<Position> windows(KafkaStreams streams, WindowsRead read, Tolerance tolerance, Ledger.Visitor visitor) {
        List<Position> positions = new ArrayList<>();
        Map<Integer, String> away = new TreeMap<>();
        Absence noted = (partitions, why) -> partitions.forEach(partition -> away.put(partition, why));
        gather(
                streams,
                read.subjects(),
                tolerance.standbyLag().isPresent() ? noted : tolerance.absence(),
                Peers.WINDOWS,
                read::write,
                partitions -> positions.addAll(here.windows(partitions, read, visitor)),
                answer -> positions.addAll(Part.readWindows(answer, visitor)));
        if (!away.isEmpty()) {
            long mostLag = tolerance.standbyLag().orElseThrow();
            positions.addAll(standbyWindows(streams, away, mostLag, read, tolerance.absence(), visitor));
        }
        return positions;
    }

    /**
     * Reads windows of partitions whose owner can't be read from their copies: all are asked at once, the first one that answers counts.
     *
     * @param away partitions, and why their owner can't be read
     */
    private List<Position> standbyWindows(
            KafkaStreams streams,
            Map<Integer, String> away,
            long mostLag,
            WindowsRead read,
            Absence absence,
            Ledger.Visitor visitor) {
        Instances instances = Instances.of(streams);
        Map<Integer, List<Supplier<byte[]>>> asked = new HashMap<>();
        for (int partition : away.keySet()) {
            byte[] question = Part.standbyQuestion(partition, mostLag, read).toBytes();
            asked.put(
                    partition,
                    instances.keepers(partition).stream()
                            .map(keeper -> askForCopy(keeper, partition, question))
                            .toList());
        }
        List<Position> positions = new ArrayList<>();
        away.forEach((partition, why) -> {
            StringBuilder reasons = new StringBuilder(why);
            for (Supplier<byte[]> answer : requireNonNull(asked.get(partition))) {
                try {
                    Position position = Part.readWindows(answer.get(), visitor).get(0);
                    long lag = position.standbyLag().orElseThrow();
                    if (lag <= mostLag) {
                        positions.add(position);
                        return;
                    }
                    reasons.append("; a copy is behind by %d offsets, more than %d".formatted(lag, mostLag));
                } catch (PartitionsAwayException e) {
                    reasons.append("; ").append(e.getMessage());
                }
            }
            absence.of(Set.of(partition), reasons.toString());
        });
        return positions;
    }

    private Supplier<byte[]> askForCopy(String keeper, int partition, byte[] question) {
        return keeper.equals(address)
                ? () -> here.standbyWindows(question)
                : peers.ask(keeper, Peers.STANDBY_WINDOWS, Set.of(partition), question)::await;
    }

    /**
     * The states of keys, as they were last stepped on; a key without one is missing.
     *
     * @param keys empty: every one with a state
     * @throws PartitionsAwayException some can't be read now
     */
    public Map<String, QuotaState> quotas(KafkaStreams streams, Set<String> keys) {
        Map<String, QuotaState> states = new HashMap<>();
        gather(
                streams,
                keys,
                Absence.REFUSED,
                Peers.QUOTAS,
                question -> WindowsRead.writeTexts(keys, question),
                partitions -> here.quotas(partitions, keys, states::put),
                answer -> QuotaStates.read(answer, states::put));
        return states;
    }

    /**
     * The zones that cut the days and months of organizations; one that was never used is missing.
     *
     * @param organizations empty: every one that was ever used
     * @throws PartitionsAwayException some can't be read now
     */
    public Map<String, ZoneHistory> calendars(KafkaStreams streams, Set<String> organizations) {
        Map<String, ZoneHistory> zones = new HashMap<>();
        gather(
                streams,
                organizations,
                Absence.REFUSED,
                Peers.CALENDARS,
                question -> WindowsRead.writeTexts(organizations, question),
                partitions -> here.calendars(partitions, organizations, zones::put),
                answer -> Calendars.read(answer, zones::put));
        return zones;
    }

    private void gather(
            KafkaStreams streams,
            Set<String> subjects,
            Absence absence,
            String path,
            Consumer<PackedWriter> question,
            Consumer<Set<Integer>> own,
            Consumer<byte[]> others) {
        Map<String, Set<Integer>> owners = Instances.of(streams).owners(homes(subjects), absence);
        List<Peers.Asked> asked = new ArrayList<>();
        owners.forEach((owner, partitions) -> {
            if (!owner.equals(address)) {
                PackedWriter written = Part.question(partitions);
                question.accept(written);
                asked.add(peers.ask(owner, path, partitions, written.toBytes()));
            }
        });
        Set<Integer> ownPartitions = owners.get(address);
        if (ownPartitions != null) {
            present(ownPartitions, absence, () -> own.accept(ownPartitions));
        }
        asked.forEach(peer -> present(peer.partitions(), absence, () -> others.accept(peer.await())));
    }

    /** Reads partitions of one owner, all of them or none. */
    private static void present(Set<Integer> partitions, Absence absence, Runnable reading) {
        try {
            reading.run();
        } catch (PartitionsAwayException e) {
            absence.of(partitions, String.valueOf(e.getMessage()));
        }
    }

    private static Set<Integer> homes(Set<String> subjects) {
        return subjects.isEmpty()
                ? ALL
                : subjects.stream()
                        .map(subject -> Home.of(subject, Topics.PARTITIONS))
                        .collect(Collectors.toCollection(TreeSet::new));
    }
}
