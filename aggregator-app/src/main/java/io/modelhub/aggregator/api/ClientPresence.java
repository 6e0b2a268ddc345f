package io.modelhub.aggregator.api;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.BooleanSupplier;

/** Whether somebody still waits for an answer. */
public final class ClientPresence {

    /** A {@link BooleanSupplier} among a request's attributes: whether its client went. Cheap, and asked often. */
    public static final String WENT = ClientPresence.class.getName();

    private ClientPresence() {}

    static BooleanSupplier went(HttpServletRequest request) {
        return request.getAttribute(WENT) instanceof BooleanSupplier went ? went : () -> isReset(request);
    }

    /** Of an HTTP/2 stream and its connection: Tomcat tells so by an attribute. */
    static boolean isReset(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) != null;
    }
}
