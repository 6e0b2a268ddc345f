/** Priced calls become totals per organization, model and window of time. */
@NullMarked
package io.modelhub.aggregator.window;

import org.jspecify.annotations.NullMarked;
