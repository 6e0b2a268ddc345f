package io.modelhub.catalog.organization;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.answer.Page;
import io.modelhub.catalog.check.Fields;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/organizations")
final class OrganizationController {

    private final Organizations organizations;

    OrganizationController(Organizations organizations) {
        this.organizations = organizations;
    }

    @PostMapping
    ResponseEntity<Object> create(@RequestBody Fields fields) {
        return Answers.created(
                organizations.create(fields).map(OrganizationView::of), created -> "/v1/organizations/" + created.id());
    }

    @GetMapping("/{id}")
    ResponseEntity<Object> find(@PathVariable String id) {
        return Answers.found(organizations.find(id).map(OrganizationView::of));
    }

    @GetMapping
    Page<OrganizationView> list(
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "" + Page.DEFAULT_LIMIT) int limit) {
        return organizations.list(after, Page.limit(limit)).map(OrganizationView::of);
    }

    @PutMapping("/{id}")
    ResponseEntity<Object> replace(@PathVariable String id, @RequestBody Fields fields) {
        return Answers.found(organizations.replace(id, fields).map(OrganizationView::of));
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Object> delete(@PathVariable String id) {
        return Answers.deleted(organizations.delete(id));
    }
}
