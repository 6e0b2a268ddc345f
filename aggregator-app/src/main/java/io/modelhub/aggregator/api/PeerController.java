package io.modelhub.aggregator.api;

import io.modelhub.aggregator.cluster.Part;
import io.modelhub.aggregator.cluster.PartitionsAwayException;
import io.modelhub.aggregator.cluster.Peers;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Answers the other instances of the aggregator, in a form of their own. Not for clients: they ask any instance under /v1. */
@RestController
final class PeerController {

    private final Part part;

    PeerController(Part part) {
        this.part = part;
    }

    @PostMapping(
            path = Peers.WINDOWS,
            consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE,
            produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    byte[] windows(@RequestBody byte[] question) {
        return part.windows(question);
    }

    @PostMapping(
            path = Peers.STANDBY_WINDOWS,
            consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE,
            produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    byte[] standbyWindows(@RequestBody byte[] question) {
        return part.standbyWindows(question);
    }

    @PostMapping(
            path = Peers.QUOTAS,
            consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE,
            produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    byte[] quotas(@RequestBody byte[] question) {
        return part.quotas(question);
    }

    @PostMapping(
            path = Peers.CALENDARS,
            consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE,
            produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    byte[] calendars(@RequestBody byte[] question) {
        return part.calendars(question);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> away(PartitionsAwayException e) {
        return ResponseEntity.of(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage()))
                .build();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> malformed(IllegalArgumentException e) {
        return ResponseEntity.of(ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage()))
                .build();
    }
}
