@NullMarked
package io.modelhub.local.sql;

import org.jspecify.annotations.NullMarked;
