/** The catalog as this instance knows it, from the compacted topics: prices, API keys, organizations. */
@NullMarked
package io.modelhub.aggregator.catalog;

import org.jspecify.annotations.NullMarked;
