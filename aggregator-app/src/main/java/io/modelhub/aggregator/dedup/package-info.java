/** Accepted calls become calls that are counted once: an id is known as long as its time is acceptable. */
@NullMarked
package io.modelhub.aggregator.dedup;

import org.jspecify.annotations.NullMarked;
