package io.modelhub.catalog.routing;

/**
 * A model that was not chosen.
 *
 * @param model identifier
 * @param code stable, for programs
 * @param message for people
 */
record PassedModel(String model, String code, String message) {}
