/** The OpenAPI document of the REST API. */
@NullMarked
package io.modelhub.catalog.openapi;

import org.jspecify.annotations.NullMarked;
