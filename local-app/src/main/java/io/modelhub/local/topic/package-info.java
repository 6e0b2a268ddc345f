/** A look at what stands on a topic. */
@NullMarked
package io.modelhub.local.topic;

import org.jspecify.annotations.NullMarked;
