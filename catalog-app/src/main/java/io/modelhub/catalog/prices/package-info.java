/** Import of published price lists. */
@NullMarked
package io.modelhub.catalog.prices;

import org.jspecify.annotations.NullMarked;
