/** Request bodies become typed values here, or a problem for each field that is wrong. */
@NullMarked
package io.modelhub.catalog.check;

import org.jspecify.annotations.NullMarked;
