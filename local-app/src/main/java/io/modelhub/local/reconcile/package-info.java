/**
 * The results computed a second time, from the log alone and by other code than the aggregator's, and compared with what stands
 * on the topics. It is meant to be read as the specification of what the results mean: it adds plain decimals and keeps lists.
 */
@NullMarked
package io.modelhub.local.reconcile;

import org.jspecify.annotations.NullMarked;
