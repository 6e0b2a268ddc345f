package io.modelhub.catalog.organization;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.page.ListRequest;
import io.modelhub.catalog.request.Creation;
import io.modelhub.catalog.request.Edit;
import io.modelhub.catalog.request.Precondition;
import io.modelhub.catalog.request.Writes;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/organizations")
final class OrganizationController {

    private final Organizations organizations;
    private final Writes writes;

    OrganizationController(Organizations organizations, Writes writes) {
        this.organizations = organizations;
        this.writes = writes;
    }

    @PostMapping
    ResponseEntity<Object> create(Creation creation) {
        return writes.created(
                creation,
                change -> organizations.create(change, creation.fields()).map(OrganizationView::of));
    }

    @GetMapping("/{id}")
    ResponseEntity<Object> find(@PathVariable String id) {
        return Answers.found(organizations.find(id).map(OrganizationView::of));
    }

    @GetMapping
    ResponseEntity<Object> list(ListRequest asked) {
        return Answers.found(organizations.list(asked).map(page -> page.map(OrganizationView::of)));
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    ResponseEntity<Object> edit(@PathVariable String id, Edit edit) {
        return writes.edited(change -> organizations.edit(change, id, edit).map(OrganizationView::of));
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Object> delete(@PathVariable String id, Precondition precondition) {
        return writes.deleted(change -> organizations.delete(change, id, precondition));
    }
}
