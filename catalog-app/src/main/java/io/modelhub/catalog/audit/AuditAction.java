package io.modelhub.catalog.audit;

import java.util.Locale;

/** What was done to an entity. */
public enum AuditAction {
    CREATE,
    UPDATE,
    DELETE,
    /** The secret of an API key was handed out. */
    REVEAL,
    /** Secrets were sealed anew under another key-encryption key. */
    ROTATE;

    /** As the table, answers and parameters have it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
