package io.modelhub.aggregator.sum;

import io.modelhub.schema.CallStatus;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Calls, tokens and money of some calls. Changed in place; one thread at a time. A count that would pass 64 bits throws an
 * {@link ArithmeticException}: it can't happen with the limits of the source stage.
 *
 * <p>Its numbers stand in one object, with those of the {@link CallSum} or window that it is: there are millions, and to find each
 * object takes longer than to add.
 */
public class UsageSum {

    /** That one is written as. */
    private static final int ENCODED_NUMBERS = 12;

    private long requests;
    private long errors;
    private long timeouts;
    private long tokensInput;
    private long tokensOutput;
    private long tokensInputCached;
    private long tokensCacheWrite;
    private long tokensReasoning;
    private long unpricedRequests;
    private long duplicates;

    /** The cost in picos, as far as 64 bits hold it. */
    private long picos;

    /** The rest of the cost; null for none, which is everything below 9.2 million US dollars. */
    private @Nullable UsdSum morePicos;

    public void add(Measures call) {
        if (call.isRepeat) {
            duplicates++;
            return;
        }
        requests += call.calls;
        if (call.status == CallStatus.Error) {
            errors++;
        } else if (call.status == CallStatus.Timeout) {
            timeouts++;
        }
        tokensInput = Math.addExact(tokensInput, call.tokensInput);
        tokensOutput = Math.addExact(tokensOutput, call.tokensOutput);
        tokensInputCached = Math.addExact(tokensInputCached, call.tokensInputCached);
        tokensCacheWrite = Math.addExact(tokensCacheWrite, call.tokensCacheWrite);
        tokensReasoning = Math.addExact(tokensReasoning, call.tokensReasoning);
        unpricedRequests += call.unpricedCalls;
        addCost(call.costPicos);
    }

    public void add(UsageSum other) {
        requests += other.requests;
        errors += other.errors;
        timeouts += other.timeouts;
        tokensInput = Math.addExact(tokensInput, other.tokensInput);
        tokensOutput = Math.addExact(tokensOutput, other.tokensOutput);
        tokensInputCached = Math.addExact(tokensInputCached, other.tokensInputCached);
        tokensCacheWrite = Math.addExact(tokensCacheWrite, other.tokensCacheWrite);
        tokensReasoning = Math.addExact(tokensReasoning, other.tokensReasoning);
        unpricedRequests += other.unpricedRequests;
        duplicates += other.duplicates;
        addCost(other.picos);
        if (other.morePicos != null) {
            addCost(other.morePicos);
        }
    }

    public void encode(PackedWriter output) {
        output.writeUnsigned(requests);
        output.writeUnsigned(errors);
        output.writeUnsigned(timeouts);
        output.writeUnsigned(tokensInput);
        output.writeUnsigned(tokensOutput);
        output.writeUnsigned(tokensInputCached);
        output.writeUnsigned(tokensCacheWrite);
        output.writeUnsigned(tokensReasoning);
        output.writeSigned(unpricedRequests); // Below 0 while a correction is counted and its calls are not yet.
        output.writeUnsigned(duplicates);
        if (morePicos == null) {
            UsdSum.encode(picos, output);
        } else {
            costSum().encode(output);
        }
    }

    /** Adds a sum that {@link #encode} wrote. */
    public void decodeAndAdd(PackedReader input) {
        requests += input.readUnsigned();
        errors += input.readUnsigned();
        timeouts += input.readUnsigned();
        tokensInput = Math.addExact(tokensInput, input.readUnsigned());
        tokensOutput = Math.addExact(tokensOutput, input.readUnsigned());
        tokensInputCached = Math.addExact(tokensInputCached, input.readUnsigned());
        tokensCacheWrite = Math.addExact(tokensCacheWrite, input.readUnsigned());
        tokensReasoning = Math.addExact(tokensReasoning, input.readUnsigned());
        unpricedRequests += input.readSigned();
        duplicates += input.readUnsigned();
        UsdSum cost = new UsdSum();
        cost.decodeAndAdd(input);
        if (cost.isLong()) {
            addCost(cost.longValue());
        } else {
            addCost(cost);
        }
    }

    /** Passes over what {@link #encode} wrote. */
    static void skip(PackedReader input) {
        input.skipNumbers(ENCODED_NUMBERS);
    }

    /** Calls, failed ones included. */
    public long requests() {
        return requests;
    }

    public long errors() {
        return errors;
    }

    public long timeouts() {
        return timeouts;
    }

    public long tokensInput() {
        return tokensInput;
    }

    public long tokensOutput() {
        return tokensOutput;
    }

    public long tokensInputCached() {
        return tokensInputCached;
    }

    public long tokensCacheWrite() {
        return tokensCacheWrite;
    }

    public long tokensReasoning() {
        return tokensReasoning;
    }

    /** Calls that are not in the cost. */
    public long unpricedRequests() {
        return unpricedRequests;
    }

    /** Repeats of calls: in none of the other figures. */
    public long duplicates() {
        return duplicates;
    }

    /** The cost so far. */
    public UsdSum costSum() {
        UsdSum cost = new UsdSum(picos);
        if (morePicos != null) {
            cost.add(morePicos);
        }
        return cost;
    }

    /** The cost as Avro's decimal, as {@link UsdSum#encodeDecimal} writes it. */
    public void encodeCost(PackedWriter output) {
        if (morePicos == null) {
            UsdSum.encodeDecimal(picos, output);
        } else {
            costSum().encodeDecimal(output);
        }
    }

    /** US dollars, with 12 places. */
    public BigDecimal cost() {
        return costSum().toBigDecimal();
    }

    private void addCost(long more) {
        long sum = picos + more;
        if (((picos ^ sum) & (more ^ sum)) < 0) { // Past 64 bits.
            addCost(new UsdSum(more));
        } else {
            picos = sum;
        }
    }

    private void addCost(UsdSum more) {
        if (morePicos == null) {
            morePicos = new UsdSum();
        }
        morePicos.add(more);
    }
}
