package io.modelhub.catalog.answer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Tells as a problem, too, which paths Tomcat refuses by itself: they come to none of this app's own code. */
@Component
final class MalformedPaths implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private static final String MALFORMED = """
            {"type":"urn:modelhub:problem:bad_request","title":"Bad Request","status":400,"code":"bad_request",\
            "detail":"the path can't be read","errors":[{"field":"path","code":"malformed",\
            "message":"must be percent-encoded UTF-8 without encoded slashes and NUL"}]}""";

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        // Added after Spring Boot's own, so it comes first to what is to be reported.
        factory.addContextCustomizers(
                context -> context.getParent().getPipeline().addValve(new Report()));
    }

    /** Anything else that Tomcat reports is left to Spring Boot's, which shows neither stack nor version. */
    private static final class Report extends ErrorReportValve {

        @Override
        protected void report(Request request, Response response, Throwable throwable) {
            if (response.getStatus() != HttpStatus.BAD_REQUEST.value()
                    || response.getContentWritten() > 0
                    || !response.setErrorReported()) {
                return;
            }
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setCharacterEncoding("UTF-8");
            try {
                Writer reporter = response.getReporter();
                if (reporter != null) {
                    reporter.write(MALFORMED);
                    response.finishResponse();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("a client went away before it was answered", e);
            }
        }
    }
}
