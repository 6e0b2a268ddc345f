package io.modelhub.catalog.prices;

import java.util.List;

/** What an import did. */
record ImportReport(
        int providersCreated, int modelsCreated, int modelsUpdated, int modelsUnchanged, List<Skipped> skipped) {}
