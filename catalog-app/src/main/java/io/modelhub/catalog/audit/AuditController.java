package io.modelhub.catalog.audit;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.page.ListRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class AuditController {

    private final AuditLog log;

    AuditController(AuditLog log) {
        this.log = log;
    }

    @GetMapping("/v1/audit")
    ResponseEntity<Object> list(ListRequest asked) {
        return Answers.found(log.list(asked));
    }
}
