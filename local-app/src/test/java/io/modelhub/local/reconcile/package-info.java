@NullMarked
package io.modelhub.local.reconcile;

import org.jspecify.annotations.NullMarked;
