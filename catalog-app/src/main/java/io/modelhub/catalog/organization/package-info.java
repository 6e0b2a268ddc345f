/** Organizations: who spends. */
@NullMarked
package io.modelhub.catalog.organization;

import org.jspecify.annotations.NullMarked;
