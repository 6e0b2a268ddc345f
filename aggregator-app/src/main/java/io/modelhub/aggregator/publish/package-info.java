/** Totals become the records that others read. */
@NullMarked
package io.modelhub.aggregator.publish;

import org.jspecify.annotations.NullMarked;
