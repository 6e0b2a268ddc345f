/** Priced calls become spend per API key, and keys are disabled at their limits. */
@NullMarked
package io.modelhub.aggregator.quota;

import org.jspecify.annotations.NullMarked;
