/**
 * Ill-treats several aggregators and their broker while events come in that are as bad as they get, then holds every result to
 * the log.
 */
@NullMarked
package io.modelhub.local.torture;

import org.jspecify.annotations.NullMarked;
