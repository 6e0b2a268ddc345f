package io.modelhub.aggregator.quota;

import io.modelhub.aggregator.calendar.CalendarPeriod;
import io.modelhub.aggregator.calendar.CalendarUnit;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import io.modelhub.aggregator.sum.Usd;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
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

    /** With limits, a breach and usage; what is longer makes room. */
    private static final int LENGTH = 160;

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
        PackedWriter output = new PackedWriter(LENGTH);
        QuotaLimits limits = state.limits();
        output.writeByte(FORMAT);
        output.writeByte((limits.known() ? KNOWN : 0)
                | (state.deleted() ? DELETED : 0)
                | (limits.organization() == null ? 0 : HAS_ORGANIZATION)
                | (state.lastUsedAt() == null ? 0 : USED));
        if (limits.organization() != null) {
            write(output, limits.organization());
        }
        write(output, limits.daily());
        write(output, limits.monthly());
        if (state.lastUsedAt() != null) {
            write(output, state.lastUsedAt());
        }
        write(output, state.day());
        write(output, state.month());
        return output.toBytes();
    }

    static QuotaState decode(byte[] bytes) {
        PackedReader input = new PackedReader(bytes);
        input.requireFormat("a stored quota state has", FORMAT);
        int facts = input.readByte();
        QuotaLimits limits = new QuotaLimits(
                (facts & KNOWN) != 0,
                (facts & HAS_ORGANIZATION) == 0 ? null : readText(input),
                readAmount(input),
                readAmount(input));
        Instant lastUsedAt = (facts & USED) == 0 ? null : readTime(input);
        return new QuotaState(
                limits,
                (facts & DELETED) != 0,
                readSpend(input, CalendarUnit.DAY),
                readSpend(input, CalendarUnit.MONTH),
                lastUsedAt);
    }

    private static void write(PackedWriter output, PeriodSpend spend) {
        CalendarPeriod period = spend.period();
        write(output, period.start());
        write(output, period.end());
        write(output, period.zone().getId());
        write(output, spend.spent());
        output.writeSigned(spend.ahead().size());
        spend.ahead().forEach((time, amount) -> {
            write(output, time);
            write(output, amount);
        });
        output.writeSigned(spend.changes());
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

    private static PeriodSpend readSpend(PackedReader input, CalendarUnit unit) {
        CalendarPeriod period = new CalendarPeriod(unit, readTime(input), readTime(input), ZoneId.of(readText(input)));
        BigDecimal spent = amount(readAmount(input));
        TreeMap<Instant, BigDecimal> ahead = new TreeMap<>();
        for (long left = input.readSigned(); left > 0; left--) {
            ahead.put(readTime(input), amount(readAmount(input)));
        }
        int changes = (int) input.readSigned();
        int threshold = input.readByte();
        int facts = input.readByte();
        Breach breach = null;
        if ((facts & DISABLING) != 0) {
            breach = new Breach(amount(readAmount(input)), (facts & READABLE) == 0 ? null : readTime(input));
        }
        return new PeriodSpend(period, spent, Collections.unmodifiableNavigableMap(ahead), changes, threshold, breach);
    }

    private static void write(PackedWriter output, Instant time) {
        output.writeSigned(time.toEpochMilli());
    }

    private static Instant readTime(PackedReader input) {
        return Instant.ofEpochMilli(input.readSigned());
    }

    /** Its length in two bytes, and UTF-8. */
    private static void write(PackedWriter output, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        output.writeByte(utf8.length >>> Byte.SIZE);
        output.writeByte(utf8.length);
        output.writeBytes(utf8);
    }

    private static String readText(PackedReader input) {
        int length = (input.readByte() & 0xFF) << Byte.SIZE | input.readByte() & 0xFF;
        return new String(input.readBytes(length), StandardCharsets.UTF_8);
    }

    /** A length of 0 bytes is null: every number has at least one. */
    private static void write(PackedWriter output, @Nullable BigDecimal amount) {
        if (amount == null) {
            output.writeByte(0);
            return;
        }
        byte[] picos = amount.setScale(Usd.SCALE).unscaledValue().toByteArray();
        output.writeByte(picos.length);
        output.writeBytes(picos);
    }

    private static @Nullable BigDecimal readAmount(PackedReader input) {
        int length = input.readByte();
        return length == 0 ? null : Usd.ofPicos(new BigInteger(input.readBytes(length)));
    }

    private static BigDecimal amount(@Nullable BigDecimal stored) {
        if (stored == null) {
            throw new IllegalStateException("a stored quota state lacks an amount");
        }
        return stored;
    }
}
