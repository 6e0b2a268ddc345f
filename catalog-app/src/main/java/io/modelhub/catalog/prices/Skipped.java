package io.modelhub.catalog.prices;

/**
 * An entry of a price list that was not imported.
 *
 * @param name as in the list
 * @param code stable, for programs
 * @param reason for people
 */
record Skipped(String name, String code, String reason) {}
