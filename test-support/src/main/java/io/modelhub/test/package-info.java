/** The real broker, schema registry and database for tests, embedded or in containers. */
@NullMarked
package io.modelhub.test;

import org.jspecify.annotations.NullMarked;
