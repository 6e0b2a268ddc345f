/** The REST read over HTTP. */
@NullMarked
package io.modelhub.aggregator.api;

import org.jspecify.annotations.NullMarked;
