package io.modelhub.catalog.key;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The answer to a reveal, the only one that carries a secret. It prints nothing of it, as frameworks log what they answer. */
final class RevealedSecret {

    private final Secret secret;

    RevealedSecret(Secret secret) {
        this.secret = secret;
    }

    @JsonProperty
    String key() {
        return secret.clear();
    }

    @Override
    public String toString() {
        return secret.toString();
    }
}
