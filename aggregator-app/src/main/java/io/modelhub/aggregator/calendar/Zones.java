package io.modelhub.aggregator.calendar;

import java.time.DateTimeException;
import java.time.ZoneId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The time zones that calendars are kept in. */
public final class Zones {

    /** As IANA names it. For whoever has no organization, or one that the catalog doesn't know. */
    public static final ZoneId UTC = ZoneId.of("UTC");

    private static final Logger LOG = LoggerFactory.getLogger(Zones.class);

    private Zones() {}

    /** A zone that this machine's time zone data lacks counts as UTC and is logged: spend must be counted all the same. */
    public static ZoneId of(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            LOG.error("The time zone {} is not known here; its days are taken as UTC days", name, e);
            return UTC;
        }
    }
}
