/** Summaries of organizations, providers, models, API keys and routing rules, from what the aggregator has counted. */
@NullMarked
package io.modelhub.catalog.summary;

import org.jspecify.annotations.NullMarked;
