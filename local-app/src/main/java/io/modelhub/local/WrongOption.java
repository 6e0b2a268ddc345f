package io.modelhub.local;

/** An option's value can't be used; the message names the option and says what it takes. */
final class WrongOption extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WrongOption(String message) {
        super(message);
    }
}
