/** The real broker, schema registry and database for tests, embedded or in containers, and how tests wait for them. */
@NullMarked
package io.modelhub.test;

import org.jspecify.annotations.NullMarked;
