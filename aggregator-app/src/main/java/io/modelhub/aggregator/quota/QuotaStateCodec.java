package io.modelhub.aggregator.quota;

import static org.apache.kafka.common.utils.ByteUtils.readVarint;
import static org.apache.kafka.common.utils.ByteUtils.readVarlong;
import static org.apache.kafka.common.utils.ByteUtils.writeVarint;
import static org.apache.kafka.common.utils.ByteUtils.writeVarlong;

import io.modelhub.aggregator.calendar.CalendarPeriod;
import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.aggregator.sum.Usd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * A key's state in its store: a format byte, the limits, the two periods, the last use. Numbers have as many bytes as they
 * need; what is null takes a bit or a byte. A key with a limit in the middle of a quiet day takes about 90 bytes.
 */
final class QuotaStateCodec {

    private static final byte FORMAT = 2;

    private static final int KNOWN = 1;
    private static final int DELETED = 1 << 1;
    private static final int HAS_ORGANIZATION = 1 << 2;
    private static final int USED = 1 << 3;

    private static final int DISABLING = 1;
    private static final int READABLE = 1 << 1;

    private QuotaStateCodec() {}

    static Serde<QuotaState> serde() {
        return Serdes.serdeFrom(
                (topic, state) -> state == null ? null : encode(state),
                (topic, bytes) -> bytes == null ? null : decode(bytes));
    }

    static byte[] encode(QuotaState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream output = new DataOutputStream(bytes)) {
            QuotaLimits limits = state.limits();
            output.writeByte(FORMAT);
            output.writeByte((limits.known() ? KNOWN : 0)
                    | (state.deleted() ? DELETED : 0)
                    | (limits.organization() == null ? 0 : HAS_ORGANIZATION)
                    | (state.lastUsedAt() == null ? 0 : USED));
            if (limits.organization() != null) {
                output.writeUTF(limits.organization());
            }
            write(output, limits.daily());
            write(output, limits.monthly());
            if (state.lastUsedAt() != null) {
                write(output, state.lastUsedAt());
            }
            write(output, state.day());
            write(output, state.month());
        } catch (IOException e) {
            throw new UncheckedIOException("a quota state can't be written to memory", e);
        }
        return bytes.toByteArray();
    }

    static QuotaState decode(byte[] bytes) {
        try (DataInputStream input = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte format = input.readByte();
            if (format != FORMAT) {
                throw new IllegalStateException(
                        "a stored quota state has format %d; this version reads format %d".formatted(format, FORMAT));
            }
            int facts = input.readByte();
            QuotaLimits limits = new QuotaLimits(
                    (facts & KNOWN) != 0,
                    (facts & HAS_ORGANIZATION) == 0 ? null : input.readUTF(),
                    readAmount(input),
                    readAmount(input));
            Instant lastUsedAt = (facts & USED) == 0 ? null : readTime(input);
            return new QuotaState(
                    limits,
                    (facts & DELETED) != 0,
                    readSpend(input, CalendarUnit.DAY),
                    readSpend(input, CalendarUnit.MONTH),
                    lastUsedAt);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored quota state can't be read", e);
        }
    }

    private static void write(DataOutputStream output, PeriodSpend spend) throws IOException {
        CalendarPeriod period = spend.period();
        write(output, period.start());
        write(output, period.end());
        output.writeUTF(period.zone().getId());
        write(output, spend.spent());
        writeVarint(spend.ahead().size(), output);
        for (var ahead : spend.ahead().entrySet()) {
            write(output, ahead.getKey());
            write(output, ahead.getValue());
        }
        writeVarint(spend.changes(), output);
        output.writeByte(spend.threshold());
        Breach breach = spend.breach();
        if (breach == null) {
            output.writeByte(0);
            return;
        }
        output.writeByte(DISABLING | (breach.readableAt() == null ? 0 : READABLE));
        write(output, breach.overshoot());
        if (breach.readableAt() != null) {
            write(output, breach.readableAt());
        }
    }

    private static PeriodSpend readSpend(DataInputStream input, CalendarUnit unit) throws IOException {
        CalendarPeriod period = new CalendarPeriod(unit, readTime(input), readTime(input), ZoneId.of(input.readUTF()));
        BigDecimal spent = amount(readAmount(input));
        TreeMap<Instant, BigDecimal> ahead = new TreeMap<>();
        for (int left = readVarint(input); left > 0; left--) {
            ahead.put(readTime(input), amount(readAmount(input)));
        }
        int changes = readVarint(input);
        int threshold = input.readByte();
        int facts = input.readByte();
        Breach breach = null;
        if ((facts & DISABLING) != 0) {
            breach = new Breach(amount(readAmount(input)), (facts & READABLE) == 0 ? null : readTime(input));
        }
        return new PeriodSpend(period, spent, Collections.unmodifiableNavigableMap(ahead), changes, threshold, breach);
    }

    private static void write(DataOutputStream output, Instant time) throws IOException {
        writeVarlong(time.toEpochMilli(), output);
    }

    private static Instant readTime(DataInputStream input) throws IOException {
        return Instant.ofEpochMilli(readVarlong(input));
    }

    /** A length of 0 bytes is null: every number has at least one. */
    private static void write(DataOutputStream output, @Nullable BigDecimal amount) throws IOException {
        if (amount == null) {
            output.writeByte(0);
            return;
        }
        byte[] picos = amount.setScale(Usd.SCALE).unscaledValue().toByteArray();
        output.writeByte(picos.length);
        output.write(picos);
    }

    private static @Nullable BigDecimal readAmount(DataInputStream input) throws IOException {
        int length = input.readByte();
        return length == 0 ? null : Usd.ofPicos(new BigInteger(input.readNBytes(length)));
    }

    private static BigDecimal amount(@Nullable BigDecimal stored) {
        if (stored == null) {
            throw new IllegalStateException("a stored quota state lacks an amount");
        }
        return stored;
    }
}
