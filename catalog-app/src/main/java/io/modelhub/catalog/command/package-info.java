/** What the catalog's jar does beside serving: work that an operator starts, and what is told of it. */
@NullMarked
package io.modelhub.catalog.command;

import org.jspecify.annotations.NullMarked;
