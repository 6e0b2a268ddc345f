/** Committed records of our own topics, for those who want to hear of each change. */
@NullMarked
package io.modelhub.aggregator.changes;

import org.jspecify.annotations.NullMarked;
