/** Usage events over plain HTTP: {@code POST /v1/usage} with JSON or NDJSON. Judges the form; the rules are in check. */
@NullMarked
package io.modelhub.ingest.http;

import org.jspecify.annotations.NullMarked;
