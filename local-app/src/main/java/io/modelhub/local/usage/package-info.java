/** The log of usage, read as its results mean it: which records count, once each, for whom and at which price. */
@NullMarked
package io.modelhub.local.usage;

import org.jspecify.annotations.NullMarked;
