/**
 * The rules of a usage event: from what a sender wrote, in whatever format, to the record of the topic, or to every rule that
 * it breaks. Pure: no clock, no network, no framework.
 */
@NullMarked
package io.modelhub.ingest.check;

import org.jspecify.annotations.NullMarked;
