package io.modelhub.catalog.prices;

/**
 * What there is to say of an entry of a price list.
 *
 * @param name as in the list
 * @param code stable, for programs
 * @param reason for people
 */
record Remark(String name, String code, String reason) {}
