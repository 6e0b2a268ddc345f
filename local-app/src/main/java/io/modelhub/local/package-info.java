/** What a newcomer types: {@code ./modelhub up} and {@code ./modelhub demo}. */
@NullMarked
package io.modelhub.local;

import org.jspecify.annotations.NullMarked;
