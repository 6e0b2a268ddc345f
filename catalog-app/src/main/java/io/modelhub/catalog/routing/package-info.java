/** Resolves a call to the model and the key that it should use, from memory alone. */
@NullMarked
package io.modelhub.catalog.routing;

import org.jspecify.annotations.NullMarked;
