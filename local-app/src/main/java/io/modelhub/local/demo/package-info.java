/** The demo: prices and organizations to begin with, LLM calls sent through ingest-app, and what they came to. */
@NullMarked
package io.modelhub.local.demo;

import org.jspecify.annotations.NullMarked;
