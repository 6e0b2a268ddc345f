@NullMarked
package io.modelhub.local.usage;

import org.jspecify.annotations.NullMarked;
