package io.modelhub.aggregator.run;

import io.modelhub.aggregator.api.ClientPresence;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Lets whoever answers a request over HTTP/1.1 ask whether its client has closed the connection. The Servlet API tells that only to
 * those who write; of HTTP/2, Tomcat tells it by itself.
 */
final class ClientsThatWent implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(new Look());
    }

    private static final class Look extends ValveBase {

        Look() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            if (request.getProtocol().startsWith("HTTP/1")) {
                request.setAttribute(ClientPresence.WENT, new Connection(request.getCoyoteRequest()));
            }
            getNext().invoke(request, response);
        }
    }

    /** For one thread at a time, while its request is being answered and its body has been read. */
    private static final class Connection implements BooleanSupplier {

        /** Between two looks, each a call of the operating system; what is answered sooner never looks. */
        private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

        private final org.apache.coyote.Request request;
        private long lookedAt = System.nanoTime();
        private boolean seemsClosed;
        private boolean closed;

        Connection(org.apache.coyote.Request request) {
            this.request = request;
        }

        @Override
        public boolean getAsBoolean() {
            if (!closed && System.nanoTime() - lookedAt > PAUSE_NANOS) {
                lookedAt = System.nanoTime();
                look();
            }
            return closed;
        }

        /**
         * Tomcat reads without waiting, keeps what it gets for the next request, and says that one byte is there where the connection
         * was closed. A next request of which a single byte came says the same, but says so once.
         */
        private void look() {
            request.action(ActionCode.AVAILABLE, true);
            boolean oneByte = request.getAvailable() == 1;
            closed = oneByte && seemsClosed;
            seemsClosed = oneByte;
        }
    }
}
