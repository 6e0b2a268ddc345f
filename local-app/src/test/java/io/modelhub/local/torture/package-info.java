@NullMarked
package io.modelhub.local.torture;

import org.jspecify.annotations.NullMarked;
