@NullMarked
package io.modelhub.local.rejected;

import org.jspecify.annotations.NullMarked;
