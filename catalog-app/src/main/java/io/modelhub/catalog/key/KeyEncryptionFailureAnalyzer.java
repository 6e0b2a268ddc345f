package io.modelhub.catalog.key;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends a start without a usable key-encryption key with one sentence instead of a stack trace. */
final class KeyEncryptionFailureAnalyzer extends AbstractFailureAnalyzer<KeyEncryptionException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, KeyEncryptionException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "A new key: head -c 32 /dev/urandom | base64. Keep it: without it no stored API key can be read again.",
                cause);
    }
}
