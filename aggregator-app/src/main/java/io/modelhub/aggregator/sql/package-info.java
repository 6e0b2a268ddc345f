/** Answers SQL over the state stores: statements are planned by Apache Calcite, and read no more of the stores than their filters need. */
@NullMarked
package io.modelhub.aggregator.sql;

import org.jspecify.annotations.NullMarked;
