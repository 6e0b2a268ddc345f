/** The whole platform on one machine: real servers and the three apps, with their data in one folder. */
@NullMarked
package io.modelhub.local.platform;

import org.jspecify.annotations.NullMarked;
