package io.modelhub.aggregator.quota;

import io.modelhub.schema.QuotaCause;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** A key's state in its store: a format byte, then the two periods and the last use. */
final class QuotaStateCodec {

    private static final byte VERSION = 1;
    private static final long NEVER = Long.MIN_VALUE;

    private QuotaStateCodec() {}

    static Serde<QuotaState> serde() {
        return Serdes.serdeFrom(
                (topic, state) -> state == null ? null : encode(state),
                (topic, bytes) -> bytes == null ? null : decode(bytes));
    }

    private static byte[] encode(QuotaState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(96);
        try (DataOutputStream output = new DataOutputStream(bytes)) {
            output.writeByte(VERSION);
            write(output, state.day());
            write(output, state.month());
            output.writeLong(
                    state.lastUsedAt() == null ? NEVER : state.lastUsedAt().toEpochMilli());
        } catch (IOException e) {
            throw new UncheckedIOException("a quota state can't be written to memory", e);
        }
        return bytes.toByteArray();
    }

    private static QuotaState decode(byte[] bytes) {
        try (DataInputStream input = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = input.readByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "a stored quota state has format %d; this version reads format %d".formatted(version, VERSION));
            }
            PeriodSpend day = read(input, QuotaCause.DAY);
            PeriodSpend month = read(input, QuotaCause.MONTH);
            long lastUsedAt = input.readLong();
            return new QuotaState(day, month, lastUsedAt == NEVER ? null : Instant.ofEpochMilli(lastUsedAt));
        } catch (IOException e) {
            throw new UncheckedIOException("a stored quota state can't be read", e);
        }
    }

    private static void write(DataOutputStream output, PeriodSpend spend) throws IOException {
        output.writeLong(spend.period().start().toEpochMilli());
        output.writeLong(spend.period().end().toEpochMilli());
        write(output, spend.spent());
        output.writeBoolean(spend.disabling());
        output.writeInt(spend.changes());
        output.writeInt(spend.threshold());
        write(output, spend.overshoot());
    }

    private static PeriodSpend read(DataInputStream input, QuotaCause cause) throws IOException {
        CalendarPeriod period = new CalendarPeriod(
                cause, Instant.ofEpochMilli(input.readLong()), Instant.ofEpochMilli(input.readLong()));
        BigDecimal spent = readAmount(input);
        if (spent == null) {
            throw new IllegalStateException("a stored quota state lacks what was spent");
        }
        return new PeriodSpend(period, spent, input.readBoolean(), input.readInt(), input.readInt(), readAmount(input));
    }

    private static void write(DataOutputStream output, @Nullable BigDecimal amount) throws IOException {
        if (amount == null) {
            output.writeByte(-1);
            return;
        }
        byte[] unscaled = amount.unscaledValue().toByteArray();
        output.writeByte(amount.scale());
        output.writeByte(unscaled.length);
        output.write(unscaled);
    }

    private static @Nullable BigDecimal readAmount(DataInputStream input) throws IOException {
        byte scale = input.readByte();
        if (scale < 0) {
            return null;
        }
        byte[] unscaled = input.readNBytes(input.readByte());
        return new BigDecimal(new BigInteger(unscaled), scale);
    }
}
