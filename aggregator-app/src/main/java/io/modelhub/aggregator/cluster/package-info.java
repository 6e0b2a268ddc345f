/** Reads what the tasks of all instances hold together: the owner of a partition is asked, and one that is missing is said. */
@NullMarked
package io.modelhub.aggregator.cluster;

import org.jspecify.annotations.NullMarked;
