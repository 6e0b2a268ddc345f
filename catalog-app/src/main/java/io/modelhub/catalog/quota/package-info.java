/** What the aggregator says of each API key's spending. */
@NullMarked
package io.modelhub.catalog.quota;

import org.jspecify.annotations.NullMarked;
