package io.modelhub.catalog.audit;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the audit log as answers show it.
 *
 * @param sequence rises in the order of commits
 */
record AuditView(
        long sequence,
        Instant at,
        String actor,
        String action,
        String entity,
        String id,
        @Nullable Long revision,
        @JsonRawValue String changes) {}
