package io.modelhub.catalog.key;

/** A provider's key in the clear, for as long as a request takes. Shows nothing of itself but its fingerprint. */
final class Secret {

    /** Short enough to tell keys apart, and less than half of the shortest secret. */
    static final int FINGERPRINT_LENGTH = 4;

    static final int SHORTEST = 8;
    static final int LONGEST = 4_096;

    private final String clear;

    Secret(String clear) {
        if (clear.length() < SHORTEST) {
            throw new IllegalArgumentException("a secret has at least " + SHORTEST + " characters");
        }
        this.clear = clear;
    }

    String clear() {
        return clear;
    }

    /** Its last 4 characters. */
    String fingerprint() {
        return clear.substring(clear.length() - FINGERPRINT_LENGTH);
    }

    @Override
    public String toString() {
        return "…" + fingerprint();
    }
}
