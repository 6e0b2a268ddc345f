/** What a client may say with every request: preconditions, edits, and keys that make a creation repeatable. */
@NullMarked
package io.modelhub.catalog.request;

import org.jspecify.annotations.NullMarked;
