/** What a usage event says, for people. */
@NullMarked
package io.modelhub.usage;

import org.jspecify.annotations.NullMarked;
