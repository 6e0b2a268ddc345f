package io.modelhub.catalog.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A price as a list states it.
 *
 * @param effectiveFrom from when on; null: ever since
 */
public record ListedPrice(@Nullable Instant effectiveFrom, Price price) {}
