package io.modelhub.aggregator.sql;

/** A statement that is not answered. The message is for its author: where, why, and what to do. */
public final class StatementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why, in the numbers that ksqlDB's clients know: an HTTP status times 100 and a count. */
    public enum Code {
        BAD_REQUEST(40000),
        BAD_STATEMENT(40001),
        QUERY_ENDPOINT(40002),
        TOO_MANY_PUSH_QUERIES(40003),
        TOO_MANY_REQUESTS(42900),
        /** Ours: the reader of a push query did not keep up. */
        TOO_SLOW(42901),
        NOT_READY(50302),
        STOPPING(50303);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }

        public int status() {
            return number / 100;
        }
    }

    private final Code code;

    StatementException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** A fault of the request around the statement. */
    public static StatementException badRequest(String message) {
        return new StatementException(Code.BAD_REQUEST, message);
    }

    /** There is no room now; later there may be. */
    public static StatementException tooMany(String message) {
        return new StatementException(Code.TOO_MANY_REQUESTS, message);
    }

    static StatementException bad(String message) {
        return new StatementException(Code.BAD_STATEMENT, message);
    }

    /** @param line of the statement, from 1; column as well */
    static StatementException bad(int line, int column, String message) {
        return bad("line %d:%d: %s".formatted(line, column, message));
    }

    public Code code() {
        return code;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
