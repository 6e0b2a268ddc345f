/** The only readers of the state stores from outside the topology. */
@NullMarked
package io.modelhub.aggregator.query;

import org.jspecify.annotations.NullMarked;
