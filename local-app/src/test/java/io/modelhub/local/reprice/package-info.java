@NullMarked
package io.modelhub.local.reprice;

import org.jspecify.annotations.NullMarked;
