/** Measurements that anyone can repeat; none of them is a test, and no time is asserted anywhere. */
@NullMarked
package io.modelhub.bench;

import org.jspecify.annotations.NullMarked;
