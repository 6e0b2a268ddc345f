/** The whole topology: all stages in their order. The only package that knows all of them. */
@NullMarked
package io.modelhub.aggregator.topology;

import org.jspecify.annotations.NullMarked;
