@NullMarked
package io.modelhub.local;

import org.jspecify.annotations.NullMarked;
