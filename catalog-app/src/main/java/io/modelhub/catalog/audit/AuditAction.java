package io.modelhub.catalog.audit;

import java.util.Locale;

/** What was done to an entity. */
public enum AuditAction {
    CREATE,
    UPDATE,
    DELETE;

    /** As the table, answers and parameters have it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
