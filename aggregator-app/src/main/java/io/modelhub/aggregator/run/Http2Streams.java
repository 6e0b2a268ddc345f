package io.modelhub.aggregator.run;

import org.apache.coyote.http2.Http2Protocol;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Lets one HTTP/2 connection have as many streams as there may be push queries: Tomcat would run 20, and the next request of that
 * client would wait for one of them to end.
 */
final class Http2Streams implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private final int streams;

    Http2Streams(int streams) {
        this.streams = streams;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addConnectorCustomizers(connector -> {
            if (connector.findUpgradeProtocols().length == 0) {
                throw new IllegalStateException(
                        "server.http2.enabled must be true: clients of push queries need HTTP/2");
            }
            for (var protocol : connector.findUpgradeProtocols()) {
                if (protocol instanceof Http2Protocol http2) {
                    http2.setMaxConcurrentStreams(streams);
                    http2.setMaxConcurrentStreamExecution(streams);
                }
            }
        });
    }
}
