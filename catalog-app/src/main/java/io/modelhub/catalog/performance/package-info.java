/** How models do at the moment: calls, failures and latencies of the last minutes, from the aggregator's results. */
@NullMarked
package io.modelhub.catalog.performance;

import org.jspecify.annotations.NullMarked;
