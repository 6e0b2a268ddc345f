/** Calendar days and months in a time zone, and how one follows another when the zone changes. Pure. */
@NullMarked
package io.modelhub.aggregator.calendar;

import org.jspecify.annotations.NullMarked;
