package io.modelhub.aggregator.ledger;

import static java.util.Objects.requireNonNull;

import io.modelhub.aggregator.sum.CallSum;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a subject in some time, in memory. In the store it is a few values: each begins with a format byte and the
 * number of them and the block of calls up to which it was written, then window by window: model, which window, its sum.
 */
public final class Page {

    private static final byte VERSION = 3;

    /** Without the number of a block: none of the logged calls is in it. */
    private static final byte VERSION_WITHOUT_BLOCK = 2;

    /** Most pages have a window or two. */
    private static final int FEWEST_PLACES = 4;

    private static final @Nullable Cell[] NONE = {};

    private static final PackedWindows[] NONE_PACKED = {};

    /** What a window takes in memory that is an object, about, in bytes. */
    private static final int SIZE_OF_CELL = 200;

    /** Well below the 1 MiB that a broker takes for a record. */
    private static final int LONGEST_CHUNK = 256 * 1024;

    private final PageId id;
    private final Series series;
    private final long start;
    private final long end;

    /** By hash of model and start, each at the first free place from there on; at most three in four are taken. */
    private @Nullable Cell[] places = new Cell[FEWEST_PLACES];

    /** The hash of the window at each place: another one's is told without looking at it. */
    private int[] hashes = new int[FEWEST_PLACES];

    private int cells;

    /** The windows that are no objects. */
    private PackedWindows[] packed = NONE_PACKED;

    private int packedSize;

    /** Since it was last written to the store. */
    boolean dirty;

    /** Since it was last published. */
    boolean changed;

    /**
     * The windows that have changed, in order; none where whole pages are published. Not a list through the windows themselves: the
     * collector looks at each old object that was made to refer to another one.
     */
    private @Nullable Cell[] changedCells = NONE;

    private int changedCount;

    /** As it was last written to the store: the calls of earlier blocks are in it, those of this block and later ones are not. */
    long writtenUpTo;

    /** Number of the checkpoint before which it was last used. */
    long lastUsed;

    /** Number of the look at settled pages before which it was last used. */
    long lastLook;

    /** Number of the look before which it was last published, or came from the store, which it may have done for; far back for a new one. */
    long lastPublished = Integer.MIN_VALUE;

    /** Not in memory any more, as it is in the store: nothing may be added to it. */
    private boolean dropped;

    /** @param end exclusive, epoch milliseconds */
    Page(PageId id, long end) {
        this.id = id;
        this.series = id.series();
        this.start = id.start();
        this.end = end;
    }

    PageId id() {
        return id;
    }

    public Series series() {
        return series;
    }

    public String subject() {
        return id.subject();
    }

    /** Inclusive, epoch milliseconds. */
    public long start() {
        return start;
    }

    /** Exclusive, epoch milliseconds. */
    public long end() {
        return end;
    }

    boolean contains(long time) {
        return time >= start && time < end && !dropped;
    }

    /** Whoever still has it finds no moment on it from now on. */
    void drop() {
        dropped = true;
        places = NONE;
        cells = 0;
        packed = NONE_PACKED;
        packedSize = 0;
        changedCells = NONE;
        changedCount = 0;
    }

    /** A window has changed, and is to be published. */
    void change(Cell cell) {
        if (!cell.changed) {
            cell.changed = true;
            if (changedCount == changedCells.length) {
                changedCells = Arrays.copyOf(changedCells, Math.max(FEWEST_PLACES, 2 * changedCount));
            }
            changedCells[changedCount++] = cell;
        }
    }

    /** Hands out the windows that have changed since the last time. */
    void takeChanged(Consumer<Cell> visitor) {
        for (int i = 0; i < changedCount; i++) {
            Cell cell = requireNonNull(changedCells[i]);
            changedCells[i] = null;
            cell.changed = false;
            visitor.accept(cell);
        }
        changedCount = 0;
        for (PackedWindows some : packed) {
            some.takeChanged((model, window, sum) -> visitor.accept(object(model, window, sum)));
        }
    }

    /** It may be that none of its windows was published as it is now. */
    void changeAll() {
        forEachObject(this::change);
        for (PackedWindows some : packed) {
            some.changeAll();
        }
    }

    /** How many windows are objects. */
    int cells() {
        return cells;
    }

    /** What it takes in memory, in objects of a window. */
    int weight() {
        return cells + packedSize / SIZE_OF_CELL;
    }

    /**
     * Its windows are no objects from now on.
     *
     * @param chunks what {@link #encode} gave, and nothing has changed since
     */
    void pack(List<byte[]> chunks) {
        BitSet unpublished = new BitSet();
        int number = 0;
        for (PackedWindows some : packed) {
            number = some.appendChanged(unpublished, number);
        }
        for (Cell cell : places) {
            if (cell != null) {
                unpublished.set(number++, cell.changed);
                cell.packed = true;
            }
        }
        places = new Cell[FEWEST_PLACES];
        hashes = new int[FEWEST_PLACES];
        cells = 0;
        changedCells = NONE;
        changedCount = 0;
        packed = new PackedWindows[chunks.size()];
        packedSize = 0;
        number = 0;
        for (int i = 0; i < packed.length; i++) {
            byte[] chunk = chunks.get(i);
            packed[i] = new PackedWindows(chunk, open(chunk).position());
            packed[i].change(unpublished, number);
            number += packed[i].count();
            packedSize += packed[i].size();
        }
    }

    private void unpack(Cell cell, int window) {
        for (PackedWindows some : packed) {
            int place = some.find(cell.model(), window);
            if (place >= 0) {
                cell.sum().decodeAndAdd(some.take(place), cell.start());
                return;
            }
        }
    }

    private Cell object(String model, int window, PackedReader sum) {
        Cell cell = new Cell(this, model, series().startOf(start(), window));
        cell.sum().decodeAndAdd(sum, cell.start());
        return cell;
    }

    /** The window of a model at a time within this page; begun where there is none. */
    Cell cell(String model, long time) {
        return cell(model, series().windowOf(start(), time));
    }

    private Cell cell(String model, int window) {
        long start = series().startOf(start(), window);
        int hash = hash(model, window);
        int mask = places.length - 1;
        int place = hash & mask;
        for (Cell cell = places[place]; cell != null; cell = places[place]) {
            if (hashes[place] == hash && cell.start() == start && cell.model().equals(model)) {
                return cell;
            }
            place = place + 1 & mask;
        }
        Cell cell = new Cell(this, model, start);
        unpack(cell, window);
        places[place] = cell;
        hashes[place] = hash;
        cells++;
        if (4 * cells > 3 * places.length) {
            makeRoom();
        }
        return cell;
    }

    private static int hash(String model, int window) {
        int hash = (model.hashCode() * 31 + window) * 0x9E3779B9;
        return hash ^ hash >>> 16;
    }

    private void makeRoom() {
        Cell[] cellsBefore = places;
        int[] hashesBefore = hashes;
        places = new Cell[2 * cellsBefore.length];
        hashes = new int[places.length];
        int mask = places.length - 1;
        for (int i = 0; i < cellsBefore.length; i++) {
            if (cellsBefore[i] != null) {
                int place = hashesBefore[i] & mask;
                while (places[place] != null) {
                    place = place + 1 & mask;
                }
                places[place] = cellsBefore[i];
                hashes[place] = hashesBefore[i];
            }
        }
    }

    /** The windows with calls, in no order. */
    public void forEach(Consumer<Cell> visitor) {
        forEachCell(cell -> {
            if (cell.hasCalls()) {
                visitor.accept(cell);
            }
        });
    }

    /** The windows with calls that start in [from, to), in no order. */
    void forEachIn(long from, long to, Ledger.Visitor visitor) {
        forEachCellIn(
                from, to, cell -> visitor.visit(cell.subject(), cell.model(), cell.start(), cell.end(), cell.sum()));
    }

    private void forEachCellIn(long from, long to, Consumer<Cell> visitor) {
        forEach(cell -> {
            if (cell.start() >= from && cell.start() < to) {
                visitor.accept(cell);
            }
        });
    }

    private void forEachCell(Consumer<Cell> visitor) {
        for (PackedWindows some : packed) {
            some.forEach((model, window, sum) -> visitor.accept(object(model, window, sum)));
        }
        forEachObject(visitor);
    }

    private void forEachObject(Consumer<Cell> visitor) {
        for (Cell cell : places) {
            if (cell != null) {
                visitor.accept(cell);
            }
        }
    }

    List<byte[]> encode() {
        List<byte[]> chunks = new ArrayList<>(1);
        PackedWriter output = new PackedWriter(packedSize + 64 * cells);
        begin(output);
        Runnable afterEach = () -> {
            if (output.length() > LONGEST_CHUNK) {
                chunks.add(output.toBytes());
                begin(output);
            }
        };
        for (PackedWindows some : packed) {
            some.encode(output, afterEach);
        }
        forEachObject(cell -> {
            output.writeText(cell.model());
            output.writeByte(series().windowOf(start(), cell.start()));
            cell.sum().encode(output, cell.start());
            afterEach.run();
        });
        chunks.add(output.toBytes());
        for (byte[] chunk : chunks) {
            chunk[1] = (byte) chunks.size();
        }
        return chunks;
    }

    private void begin(PackedWriter output) {
        output.clear();
        output.writeByte(VERSION);
        output.writeByte(0); // The number of chunks, which is known at the end.
        output.writeUnsigned(writtenUpTo);
    }

    /** How many chunks there are, as any of them says. */
    static int chunks(byte[] chunk) {
        return chunk[1] & 0xFF;
    }

    void decodeAndAdd(byte[] chunk) {
        decodeAndAdd(chunk, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Leaves out the windows that don't begin in [from, to). */
    void decodeAndAdd(byte[] chunk, long from, long to) {
        PackedReader input = open(chunk);
        while (input.hasMore()) {
            int model = input.position();
            input.skipText();
            int window = input.readByte();
            long begin = series().startOf(start(), window);
            if (begin < from || begin >= to) {
                CallSum.skip(input);
            } else {
                cell(input.textAt(model), window).sum().decodeAndAdd(input, begin);
            }
        }
    }

    /** Stands at the first window then. */
    private PackedReader open(byte[] chunk) {
        PackedReader input = new PackedReader(chunk);
        int version = input.readByte();
        if (version != VERSION && version != VERSION_WITHOUT_BLOCK) {
            throw new IllegalStateException("a stored page has format %d; this version reads formats %d and %d"
                    .formatted(version, VERSION_WITHOUT_BLOCK, VERSION));
        }
        input.readByte();
        writtenUpTo = version == VERSION ? input.readUnsigned() : 0;
        return input;
    }

    /** Adds another part of the same page, which was written at the same time. */
    void add(Page part) {
        part.forEachCell(cell -> cell(cell.model(), cell.start()).sum().add(cell.sum()));
        writtenUpTo = part.writtenUpTo;
    }

    /** What it holds now; changes no more. */
    Page copy() {
        return copy(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** What it holds now of the windows that begin in [from, to). */
    Page copy(long from, long to) {
        Page copy = new Page(id, end);
        forEachCellIn(
                from, to, cell -> copy.cell(cell.model(), cell.start()).sum().add(cell.sum()));
        return copy;
    }

    /** Else there are corrections alone. */
    boolean hasCalls() {
        for (Cell cell : places) {
            if (cell != null && cell.hasCalls()) {
                return true;
            }
        }
        return Arrays.stream(packed).anyMatch(PackedWindows::hasCalls);
    }
}
