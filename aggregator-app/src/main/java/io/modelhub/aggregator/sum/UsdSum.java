package io.modelhub.aggregator.sum;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An exact sum of amounts in picos as a 128-bit signed integer: it holds every {@code decimal(38,12)} and can't overflow by
 * adding 64-bit amounts, whose number would have to pass 2^63. Changed in place; one thread at a time.
 */
public final class UsdSum implements Comparable<UsdSum> {

    private long high;
    private long low;

    public UsdSum() {}

    /** @param picos may be negative */
    UsdSum(long picos) {
        add(picos);
    }

    /** @param picos may be negative */
    public void add(long picos) {
        add(picos >> 63, picos);
    }

    public void add(UsdSum other) {
        add(other.high, other.low);
    }

    private void add(long otherHigh, long otherLow) {
        long sum = low + otherLow;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        high += otherHigh + carry;
        low = sum;
    }

    public BigDecimal toBigDecimal() {
        return Usd.ofPicos(BigInteger.valueOf(high)
                .shiftLeft(64)
                .add(BigInteger.valueOf(low >>> 1).shiftLeft(1))
                .add(BigInteger.valueOf(low & 1)));
    }

    /** Whether 64 bits hold it. */
    boolean isLong() {
        return high == low >> 63;
    }

    /** In picos, where {@link #isLong}. */
    long longValue() {
        return low;
    }

    /** Variable length: 2 to 20 bytes. */
    public void encode(PackedWriter output) {
        output.writeSigned(high);
        output.writeSigned(low);
    }

    /** Writes what {@link #encode(PackedWriter)} writes of a sum of so many picos. */
    static void encode(long picos, PackedWriter output) {
        output.writeSigned(picos >> 63);
        output.writeSigned(picos);
    }

    /** Adds a sum that {@link #encode} wrote. */
    public void decodeAndAdd(PackedReader input) {
        long otherHigh = input.readSigned();
        long otherLow = input.readSigned();
        add(otherHigh, otherLow);
    }

    /** As Avro's decimal of 12 places: its length, then as few bytes of two's complement as hold it. */
    public void encodeDecimal(PackedWriter output) {
        if (isLong()) {
            encodeDecimal(low, output);
            return;
        }
        byte[] unscaled = toBigDecimal().unscaledValue().toByteArray();
        output.writeSigned(unscaled.length);
        output.writeBytes(unscaled);
    }

    /** Writes what {@link #encodeDecimal(PackedWriter)} writes of a sum of so many picos. */
    static void encodeDecimal(long picos, PackedWriter output) {
        int length = 8 - (Long.numberOfLeadingZeros(picos ^ picos >> 63) - 1) / 8;
        output.writeSigned(length);
        for (int shift = 8 * (length - 1); shift >= 0; shift -= 8) {
            output.writeByte((int) (picos >> shift));
        }
    }

    @Override
    public int compareTo(UsdSum other) {
        return high == other.high ? Long.compareUnsigned(low, other.low) : Long.compare(high, other.high);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UsdSum sum && sum.high == high && sum.low == low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * high + low);
    }

    @Override
    public String toString() {
        return toBigDecimal().toPlainString() + " USD";
    }
}
