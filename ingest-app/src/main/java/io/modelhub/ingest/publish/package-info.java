/**
 * From checked events to acknowledged records: good ones on {@code modelhub.usage}, bad ones on
 * {@code modelhub.usage.rejected}. Nothing is answered before the broker has both.
 */
@NullMarked
package io.modelhub.ingest.publish;

import org.jspecify.annotations.NullMarked;
