/** What a request came to, and the HTTP answer that says so. */
@NullMarked
package io.modelhub.catalog.answer;

import org.jspecify.annotations.NullMarked;
