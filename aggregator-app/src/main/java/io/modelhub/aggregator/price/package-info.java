/** Accepted calls become priced calls; money is exact. */
@NullMarked
package io.modelhub.aggregator.price;

import org.jspecify.annotations.NullMarked;
