package io.modelhub.aggregator.sql;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of all statements together may take: those that are read and joined until the answer is there, and those of the
 * answer until it has been sent. An estimate, rather above what Java needs. For any thread.
 */
final class RowMemory {

    /** So much at once is set apart, so that statements seldom meet at the counter. */
    private static final long STEP = 256 * 1024;

    /** A header, a length, and the list that an array stands in. */
    private static final long ROW = 40;

    private static final long REFERENCE = 8;

    private static final long NUMBER = 24;

    private static final long TEXT = 56;

    private static final long DECIMAL = 80;

    /** A sketch of a window with few calls. */
    private static final long OTHER = 200;

    private final long mostBytes;
    private final AtomicLong setApart = new AtomicLong();

    RowMemory(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** For one statement, which must close it. */
    Share share() {
        return new Share();
    }

    /** Bytes that are set apart now. */
    long setApart() {
        return setApart.get();
    }

    /** What one statement holds. For one thread at a time. */
    final class Share implements AutoCloseable {

        private long mine;
        private long used;

        /**
         * Takes note of a row that came from a store.
         *
         * @throws StatementException there is no room
         */
        void read(@Nullable Object[] row) {
            long bytes = ROW;
            for (Object value : row) {
                bytes += REFERENCE + bytes(value);
            }
            use(bytes);
        }

        /** Takes note of a row of values that stand in others, as joins make them. */
        void joined(int values) {
            use(ROW + REFERENCE * values);
        }

        /** Takes note of a row of the answer; but for long texts its values stand in others, or are few. */
        void answered(List<@Nullable Object> row) {
            long bytes = ROW + REFERENCE * row.size();
            for (Object value : row) {
                bytes += value instanceof String text ? text.length() : 0;
            }
            use(bytes);
        }

        private static long bytes(@Nullable Object value) {
            if (value == null) {
                return 0;
            }
            if (value instanceof String text) {
                return TEXT + text.length();
            }
            if (value instanceof BigDecimal) {
                return DECIMAL;
            }
            return value instanceof Number || value instanceof Boolean ? NUMBER : OTHER;
        }

        private void use(long bytes) {
            used += bytes;
            while (used > mine) {
                if (setApart.addAndGet(STEP) > mostBytes) {
                    setApart.addAndGet(-STEP);
                    throw mine + STEP > mostBytes
                            ? StatementException.bad(
                                    "the rows of the query take more than %d MB; ask for fewer columns, for less time, or group"
                                            .formatted(mostBytes >> 20))
                            : StatementException.tooMany(
                                    "the rows of other statements take the memory that there is for them; ask again in a second");
                }
                mine += STEP;
            }
        }

        @Override
        public void close() {
            setApart.addAndGet(-mine);
            mine = 0;
            used = 0;
        }
    }
}
