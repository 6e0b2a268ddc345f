/** API keys: the secrets that open providers, kept sealed, and the limits set on them. */
@NullMarked
package io.modelhub.catalog.key;

import org.jspecify.annotations.NullMarked;
