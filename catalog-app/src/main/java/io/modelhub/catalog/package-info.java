/** The catalog: who spends, on which models, with which keys. PostgreSQL holds the writes, the compacted topics carry them. */
@NullMarked
package io.modelhub.catalog;

import org.jspecify.annotations.NullMarked;
