/** Every way in for usage events. */
@NullMarked
package io.modelhub.ingest;

import org.jspecify.annotations.NullMarked;
