package io.modelhub.local.platform;

/** Something on this machine keeps the platform from starting or going on. */
public final class StartFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String sentence;

    public StartFailure(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    public StartFailure(String sentence, Throwable cause) {
        super(sentence, cause);
        this.sentence = sentence;
    }

    /** For the user: what is wrong and what to do about it. The last lines of a log may follow. */
    public String sentence() {
        return sentence;
    }
}
