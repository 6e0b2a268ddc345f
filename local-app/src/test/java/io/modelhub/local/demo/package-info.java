@NullMarked
package io.modelhub.local.demo;

import org.jspecify.annotations.NullMarked;
