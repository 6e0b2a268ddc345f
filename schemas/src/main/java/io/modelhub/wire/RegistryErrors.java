package io.modelhub.wire;

/** The {@code error_code}s of Confluent's registry API that are a decision; all others are trouble of the moment. */
final class RegistryErrors {

    private RegistryErrors() {}

    /** 40401 no such subject, 40402 no such version, 40403 no such schema. A bare 404 may come from anybody. */
    static boolean isUnknown(int errorCode) {
        return errorCode >= 40401 && errorCode <= 40403;
    }

    /** Also 409 incompatible with an earlier version, 422xx not valid. */
    static boolean isDecision(int errorCode) {
        return isUnknown(errorCode) || errorCode == 409 || errorCode / 100 == 422;
    }
}
