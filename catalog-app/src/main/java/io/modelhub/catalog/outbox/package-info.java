/** Commits changes together with the records that publish them, and relays these to the compacted topics. */
@NullMarked
package io.modelhub.catalog.outbox;

import org.jspecify.annotations.NullMarked;
