package io.modelhub.aggregator.sum;

import io.modelhub.schema.CallStatus;
import java.math.BigDecimal;

/**
 * Calls, tokens and money of some calls. Changed in place; one thread at a time. A count that would pass 64 bits throws an
 * {@link ArithmeticException}: it can't happen with the limits of the source stage.
 */
public final class UsageSum {

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
    private final UsdSum cost = new UsdSum();

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
        cost.add(call.costPicos);
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
        cost.add(other.cost);
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
        cost.encode(output);
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
        cost.decodeAndAdd(input);
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

    /** The cost as it is added up. */
    public UsdSum costSum() {
        return cost;
    }

    /** US dollars, with 12 places. */
    public BigDecimal cost() {
        return cost.toBigDecimal();
    }
}
