/** Models and their dated prices. */
@NullMarked
package io.modelhub.catalog.model;

import org.jspecify.annotations.NullMarked;
