/** Providers: who serves models. */
@NullMarked
package io.modelhub.catalog.provider;

import org.jspecify.annotations.NullMarked;
