/** Routing rules: which models a call may go to, in which shares, and when. */
@NullMarked
package io.modelhub.catalog.rule;

import org.jspecify.annotations.NullMarked;
