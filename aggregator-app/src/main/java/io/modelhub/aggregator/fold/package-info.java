/** Folding in memory within a commit interval: what the stages use to write each touched total once per commit. */
@NullMarked
package io.modelhub.aggregator.fold;

import org.jspecify.annotations.NullMarked;
