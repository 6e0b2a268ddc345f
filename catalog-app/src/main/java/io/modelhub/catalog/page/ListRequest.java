package io.modelhub.catalog.page;

import java.util.List;
import java.util.Map;

/**
 * What a request asks of a list: the parameters as they came, read by the {@link Listing} that knows which ones there are.
 */
public record ListRequest(Map<String, List<String>> parameters) {}
