package io.modelhub.aggregator.api;

import io.modelhub.aggregator.jdbc.JdbcEndpoint;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where JDBC's driver posts to. Its errors are in its own protocol. */
@RestController
final class JdbcController {

    /** Of a request; a statement is shorter. */
    private static final int MOST_BYTES = 256 * 1024;

    private final JdbcEndpoint endpoint;

    JdbcController(JdbcEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @PostMapping("/jdbc")
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            response.setStatus(HttpStatus.CONTENT_TOO_LARGE.value());
            return;
        }
        JdbcEndpoint.Answer answer = endpoint.answer(body);
        response.setStatus(answer.status());
        response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
        response.getOutputStream().write(answer.body());
    }
}
