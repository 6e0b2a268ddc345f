/** Follows topics into memory: what other processes say, at hand without asking anyone. */
@NullMarked
package io.modelhub.catalog.follow;

import org.jspecify.annotations.NullMarked;
