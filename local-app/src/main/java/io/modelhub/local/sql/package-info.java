/** {@code ./modelhub sql}: statements in, tables out. */
@NullMarked
package io.modelhub.local.sql;

import org.jspecify.annotations.NullMarked;
