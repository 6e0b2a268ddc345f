/** What was not counted: looked at, and sent again. */
@NullMarked
package io.modelhub.local.rejected;

import org.jspecify.annotations.NullMarked;
