package io.modelhub.aggregator.sum;

import static com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper.decodeUnsignedVarLong;
import static com.datadoghq.sketch.ddsketch.encoding.VarEncodingHelper.encodeUnsignedVarLong;

import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.encoding.Input;
import io.modelhub.aggregator.price.CostSource;
import io.modelhub.aggregator.price.PricedCall;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.ModelMetrics;
import java.io.IOException;
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
    private final UsdSum cost = new UsdSum();

    public void add(PricedCall call) {
        ModelMetrics usage = call.usage();
        requests++;
        if (usage.getStatus() == CallStatus.Error) {
            errors++;
        } else if (usage.getStatus() == CallStatus.Timeout) {
            timeouts++;
        }
        tokensInput = Math.addExact(tokensInput, usage.getTokensInput());
        tokensOutput = Math.addExact(tokensOutput, usage.getTokensOutput());
        tokensInputCached = Math.addExact(tokensInputCached, usage.getTokensInputCached());
        tokensCacheWrite = Math.addExact(tokensCacheWrite, usage.getTokensCacheWrite());
        tokensReasoning = Math.addExact(tokensReasoning, usage.getTokensReasoning());
        if (call.costSource() == CostSource.UNPRICED) {
            unpricedRequests++;
        }
        cost.add(call.costPicos());
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
        cost.add(other.cost);
    }

    public void encode(GrowingByteArrayOutput output) throws IOException {
        encodeUnsignedVarLong(output, requests);
        encodeUnsignedVarLong(output, errors);
        encodeUnsignedVarLong(output, timeouts);
        encodeUnsignedVarLong(output, tokensInput);
        encodeUnsignedVarLong(output, tokensOutput);
        encodeUnsignedVarLong(output, tokensInputCached);
        encodeUnsignedVarLong(output, tokensCacheWrite);
        encodeUnsignedVarLong(output, tokensReasoning);
        encodeUnsignedVarLong(output, unpricedRequests);
        cost.encode(output);
    }

    /** Adds a sum that {@link #encode} wrote. */
    public void decodeAndAdd(Input input) throws IOException {
        requests += decodeUnsignedVarLong(input);
        errors += decodeUnsignedVarLong(input);
        timeouts += decodeUnsignedVarLong(input);
        tokensInput = Math.addExact(tokensInput, decodeUnsignedVarLong(input));
        tokensOutput = Math.addExact(tokensOutput, decodeUnsignedVarLong(input));
        tokensInputCached = Math.addExact(tokensInputCached, decodeUnsignedVarLong(input));
        tokensCacheWrite = Math.addExact(tokensCacheWrite, decodeUnsignedVarLong(input));
        tokensReasoning = Math.addExact(tokensReasoning, decodeUnsignedVarLong(input));
        unpricedRequests += decodeUnsignedVarLong(input);
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

    /** US dollars, with 12 places. */
    public BigDecimal cost() {
        return cost.toBigDecimal();
    }
}
