/** Pacing of results: a changed total is published at most once a second, and never forgotten. */
@NullMarked
package io.modelhub.aggregator.publish;

import org.jspecify.annotations.NullMarked;
