/** Who changed what, when, from what to what. */
@NullMarked
package io.modelhub.catalog.audit;

import org.jspecify.annotations.NullMarked;
