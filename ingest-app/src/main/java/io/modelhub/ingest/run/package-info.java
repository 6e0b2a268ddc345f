/** What the process needs to run: settings, wiring, the watch over broker and registry, health. */
@NullMarked
package io.modelhub.ingest.run;

import org.jspecify.annotations.NullMarked;
