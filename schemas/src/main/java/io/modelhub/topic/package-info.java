/** The topics of the platform: names, keys, values, partitions, clean-up and retention. */
@NullMarked
package io.modelhub.topic;

import org.jspecify.annotations.NullMarked;
