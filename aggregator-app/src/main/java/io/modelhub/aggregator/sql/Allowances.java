package io.modelhub.aggregator.sql;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What the properties of a request allow.
 *
 * @param scans whether many windows may be read
 * @param partial whether rows of partitions that can't be read may be left out
 * @param standbyLag by how many offsets a standby copy may be behind that is read where its owner can't be; empty: none is
 */
record Allowances(boolean scans, boolean partial, OptionalLong standbyLag) {

    /** @throws StatementException a property can't be read */
    static Allowances of(Map<String, ?> properties) {
        return new Allowances(
                isSet(SqlEngine.SCANS_ALLOWED, properties),
                isSet(SqlEngine.PARTIAL, properties),
                isSet(SqlEngine.STANDBY_READS, properties)
                        ? OptionalLong.of(mostLag(properties))
                        : OptionalLong.empty());
    }

    private static boolean isSet(String property, Map<String, ?> properties) {
        return Boolean.parseBoolean(String.valueOf(properties.get(property)));
    }

    private static long mostLag(Map<String, ?> properties) {
        Object most = properties.get(SqlEngine.MOST_STANDBY_LAG);
        if (most == null) {
            return Long.MAX_VALUE;
        }
        try {
            long offsets = Long.parseLong(most.toString());
            if (offsets >= 0) {
                return offsets;
            }
        } catch (NumberFormatException e) {
            // It is refused below.
        }
        throw StatementException.badRequest("the property \"%s\" is '%s'; it must be a number of offsets, 0 or more"
                .formatted(SqlEngine.MOST_STANDBY_LAG, most));
    }
}
