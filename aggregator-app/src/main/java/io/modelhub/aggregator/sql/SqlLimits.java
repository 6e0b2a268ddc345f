package io.modelhub.aggregator.sql;

import java.time.Duration;

/**
 * What one statement may cost.
 *
 * @param time from its arrival to its last row
 * @param scannedWindows stored windows read without {@code ksql.query.pull.table.scan.enabled}
 * @param rows stored windows read with it, rows of an answer, and rows that its joins make
 * @param statements answered at the same time
 * @param memory bytes that the rows of all of them take, about
 */
public record SqlLimits(Duration time, int scannedWindows, int rows, int statements, long memory) {}
