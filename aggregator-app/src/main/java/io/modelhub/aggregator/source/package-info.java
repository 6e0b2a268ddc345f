/** Usage records become accepted calls; what is not accepted goes to the rejected topic with its reason. */
@NullMarked
package io.modelhub.aggregator.source;

import org.jspecify.annotations.NullMarked;
