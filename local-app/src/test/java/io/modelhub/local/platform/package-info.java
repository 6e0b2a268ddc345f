@NullMarked
package io.modelhub.local.platform;

import org.jspecify.annotations.NullMarked;
