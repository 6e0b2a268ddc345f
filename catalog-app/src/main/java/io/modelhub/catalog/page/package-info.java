/** Lists in parts: sorted, narrowed, and read on from where the last part ended. */
@NullMarked
package io.modelhub.catalog.page;

import org.jspecify.annotations.NullMarked;
