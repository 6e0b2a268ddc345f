/** JsonLogic expressions: checked when they are stored, compiled once, evaluated on the way of each call. */
@NullMarked
package io.modelhub.catalog.condition;

import org.jspecify.annotations.NullMarked;
