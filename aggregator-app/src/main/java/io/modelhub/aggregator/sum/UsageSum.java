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
    private long tokensInput;
    private long tokensOutput;
    private long tokensInputCached;

    /** The cost in picos, as far as 64 bits hold it. */
    private long picos;

    /** Null for none of it: most windows have few calls. */
    private @Nullable Seldom seldom;

    /** What most calls don't have: it takes no memory where it isn't. */
    private static final class Seldom {

        private long errors;
        private long timeouts;
        private long tokensCacheWrite;
        private long tokensReasoning;
        private long unpricedRequests;
        private long duplicates;

        /** The rest of the cost; null for none, which is everything below 9.2 million US dollars. */
        private @Nullable UsdSum morePicos;

        void add(
                long moreErrors,
                long moreTimeouts,
                long moreTokensCacheWrite,
                long moreTokensReasoning,
                long moreUnpriced,
                long moreDuplicates) {
            errors += moreErrors;
            timeouts += moreTimeouts;
            tokensCacheWrite = Math.addExact(tokensCacheWrite, moreTokensCacheWrite);
            tokensReasoning = Math.addExact(tokensReasoning, moreTokensReasoning);
            unpricedRequests += moreUnpriced;
            duplicates += moreDuplicates;
        }
    }

    public void add(Measures call) {
        if (call.isRepeat) {
            seldom().duplicates++;
            return;
        }
        requests += call.calls;
        tokensInput = Math.addExact(tokensInput, call.tokensInput);
        tokensOutput = Math.addExact(tokensOutput, call.tokensOutput);
        tokensInputCached = Math.addExact(tokensInputCached, call.tokensInputCached);
        addCost(call.costPicos);
        if (call.status != CallStatus.Success
                || (call.tokensCacheWrite | call.tokensReasoning | call.unpricedCalls) != 0) {
            seldom().add(
                            call.status == CallStatus.Error ? 1 : 0,
                            call.status == CallStatus.Timeout ? 1 : 0,
                            call.tokensCacheWrite,
                            call.tokensReasoning,
                            call.unpricedCalls,
                            0);
        }
    }

    public void add(UsageSum other) {
        requests += other.requests;
        tokensInput = Math.addExact(tokensInput, other.tokensInput);
        tokensOutput = Math.addExact(tokensOutput, other.tokensOutput);
        tokensInputCached = Math.addExact(tokensInputCached, other.tokensInputCached);
        addCost(other.picos);
        Seldom more = other.seldom;
        if (more != null) {
            seldom().add(
                            more.errors,
                            more.timeouts,
                            more.tokensCacheWrite,
                            more.tokensReasoning,
                            more.unpricedRequests,
                            more.duplicates);
            if (more.morePicos != null) {
                addCost(more.morePicos);
            }
        }
    }

    private Seldom seldom() {
        if (seldom == null) {
            seldom = new Seldom();
        }
        return seldom;
    }

    public void encode(PackedWriter output) {
        output.writeUnsigned(requests);
        output.writeUnsigned(errors());
        output.writeUnsigned(timeouts());
        output.writeUnsigned(tokensInput);
        output.writeUnsigned(tokensOutput);
        output.writeUnsigned(tokensInputCached);
        output.writeUnsigned(tokensCacheWrite());
        output.writeUnsigned(tokensReasoning());
        output.writeSigned(unpricedRequests()); // Below 0 while a correction is counted and its calls are not yet.
        output.writeUnsigned(duplicates());
        if (isLong()) {
            UsdSum.encode(picos, output);
        } else {
            costSum().encode(output);
        }
    }

    /** Adds a sum that {@link #encode} wrote. */
    public void decodeAndAdd(PackedReader input) {
        requests += input.readUnsigned();
        long errors = input.readUnsigned();
        long timeouts = input.readUnsigned();
        tokensInput = Math.addExact(tokensInput, input.readUnsigned());
        tokensOutput = Math.addExact(tokensOutput, input.readUnsigned());
        tokensInputCached = Math.addExact(tokensInputCached, input.readUnsigned());
        long tokensCacheWrite = input.readUnsigned();
        long tokensReasoning = input.readUnsigned();
        long unpricedRequests = input.readSigned();
        long duplicates = input.readUnsigned();
        if ((errors | timeouts | tokensCacheWrite | tokensReasoning | unpricedRequests | duplicates) != 0) {
            seldom().add(errors, timeouts, tokensCacheWrite, tokensReasoning, unpricedRequests, duplicates);
        }
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
        return seldom == null ? 0 : seldom.errors;
    }

    public long timeouts() {
        return seldom == null ? 0 : seldom.timeouts;
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
        return seldom == null ? 0 : seldom.tokensCacheWrite;
    }

    public long tokensReasoning() {
        return seldom == null ? 0 : seldom.tokensReasoning;
    }

    /** Calls that are not in the cost. */
    public long unpricedRequests() {
        return seldom == null ? 0 : seldom.unpricedRequests;
    }

    /** Repeats of calls: in none of the other figures. */
    public long duplicates() {
        return seldom == null ? 0 : seldom.duplicates;
    }

    /** The cost so far. */
    public UsdSum costSum() {
        UsdSum cost = new UsdSum(picos);
        if (seldom != null && seldom.morePicos != null) {
            cost.add(seldom.morePicos);
        }
        return cost;
    }

    /** Whether 64 bits hold the cost. */
    private boolean isLong() {
        return seldom == null || seldom.morePicos == null;
    }

    /** Below 0 where this one costs less than the other, above 0 where it costs more. */
    public int compareCost(UsageSum other) {
        return isLong() && other.isLong()
                ? Long.compare(picos, other.picos)
                : costSum().compareTo(other.costSum());
    }

    /** The cost as Avro's decimal, as {@link UsdSum#encodeDecimal} writes it. */
    public void encodeCost(PackedWriter output) {
        if (isLong()) {
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
        Seldom rest = seldom();
        if (rest.morePicos == null) {
            rest.morePicos = new UsdSum();
        }
        rest.morePicos.add(more);
    }
}
