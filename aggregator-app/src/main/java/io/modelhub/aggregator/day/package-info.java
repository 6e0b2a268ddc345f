/** Priced calls become calendar days of a subject, an API key or a routing rule, by model. */
@NullMarked
package io.modelhub.aggregator.day;

import org.jspecify.annotations.NullMarked;
