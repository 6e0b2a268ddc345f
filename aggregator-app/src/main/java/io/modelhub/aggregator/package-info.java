/**
 * The aggregator: usage events become money and latency per organization, and keys that reach their limits are disabled.
 * Read the packages in the order of the stream: source, price, window and quota; topology composes them, query reads them.
 */
@NullMarked
package io.modelhub.aggregator;

import org.jspecify.annotations.NullMarked;
