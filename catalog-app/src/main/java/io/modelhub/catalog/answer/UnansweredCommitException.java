package io.modelhub.catalog.answer;

import org.springframework.dao.DataAccessResourceFailureException;

/** The connection to the database broke while a change was committed: it stands or not, and nobody here can tell which. */
public final class UnansweredCommitException extends DataAccessResourceFailureException {

    private static final long serialVersionUID = 1L;

    public UnansweredCommitException(Throwable cause) {
        super("the database did not answer the commit: " + cause.getMessage(), cause);
    }
}
