/** The database and the compacted topics as copies of each other: either can be made anew from the other, or compared with it. */
@NullMarked
package io.modelhub.catalog.mirror;

import org.jspecify.annotations.NullMarked;
