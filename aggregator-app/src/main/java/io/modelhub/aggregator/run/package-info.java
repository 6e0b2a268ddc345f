/** Lifecycle, settings and health of the process. */
@NullMarked
package io.modelhub.aggregator.run;

import org.jspecify.annotations.NullMarked;
