/** What was counted at a wrong price, or at none, is corrected: the differences are computed from the log and written to it. */
@NullMarked
package io.modelhub.local.reprice;

import org.jspecify.annotations.NullMarked;
