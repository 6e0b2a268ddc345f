package io.modelhub.catalog.routing;

import io.modelhub.schema.APIKey;

/** A model that can be routed to, and the key to use with it. */
record Option(Choice choice, APIKey key, double place) {}
