/** SQL for tools that speak JDBC: Apache Avatica's protocol over the SQL engine. */
@NullMarked
package io.modelhub.aggregator.jdbc;

import org.jspecify.annotations.NullMarked;
