/** Avro in the Confluent wire format: magic byte 0, 4-byte schema id, Avro binary. */
@NullMarked
package io.modelhub.wire;

import org.jspecify.annotations.NullMarked;
