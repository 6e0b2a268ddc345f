package io.modelhub.local.demo;

import org.jspecify.annotations.Nullable;

/**
 * An API key of the demo.
 *
 * @param label finds it again in a later run
 * @param organization null: it serves every organization
 * @param provider slug of the provider that it opens
 * @param share of the calls, in parts of all shares
 * @param dailyQuota US dollars; null: none
 * @param monthlyQuota US dollars; null: none
 */
record DemoKey(
        String label,
        @Nullable String organization,
        String provider,
        int share,
        @Nullable String dailyQuota,
        @Nullable String monthlyQuota) {}
