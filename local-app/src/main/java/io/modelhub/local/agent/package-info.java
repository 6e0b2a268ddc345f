/** Runs inside each child process: ends it when the process that started it is gone. Uses the JDK alone. */
@NullMarked
package io.modelhub.local.agent;

import org.jspecify.annotations.NullMarked;
