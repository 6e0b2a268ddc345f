/** What calls add up to: counts, tokens, money, latencies; packed into few bytes. Sums merge in any order to the same result. */
@NullMarked
package io.modelhub.aggregator.sum;

import org.jspecify.annotations.NullMarked;
