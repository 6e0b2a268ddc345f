/** The totals of a task: added up in memory, logged in packed form with each commit, paged to the state store. */
@NullMarked
package io.modelhub.aggregator.ledger;

import org.jspecify.annotations.NullMarked;
