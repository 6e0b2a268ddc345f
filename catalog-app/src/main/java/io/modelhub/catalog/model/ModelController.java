package io.modelhub.catalog.model;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.page.ListRequest;
import io.modelhub.catalog.request.Creation;
import io.modelhub.catalog.request.Edit;
import io.modelhub.catalog.request.Precondition;
import io.modelhub.catalog.request.Writes;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Models are addressed by UUID, as their identifiers contain slashes; by identifier only as a query parameter. */
@RestController
@RequestMapping("/v1/models")
final class ModelController {

    private final Models models;
    private final Writes writes;

    ModelController(Models models, Writes writes) {
        this.models = models;
        this.writes = writes;
    }

    @PostMapping
    ResponseEntity<Object> create(Creation creation) {
        return writes.created(
                creation, change -> models.create(change, creation.fields()).map(ModelView::of));
    }

    @GetMapping("/{uuid}")
    ResponseEntity<Object> find(@PathVariable UUID uuid) {
        return Answers.found(models.find(uuid).map(ModelView::of));
    }

    @GetMapping(params = "id")
    ResponseEntity<Object> find(@RequestParam String id) {
        return Answers.found(models.find(id).map(ModelView::of));
    }

    @GetMapping(params = "!id")
    ResponseEntity<Object> list(ListRequest asked) {
        return Answers.found(models.list(asked).map(page -> page.map(ModelView::of)));
    }

    @RequestMapping(
            path = "/{uuid}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    ResponseEntity<Object> edit(@PathVariable UUID uuid, Edit edit) {
        return writes.edited(change -> models.edit(change, uuid, edit).map(ModelView::of));
    }

    @DeleteMapping("/{uuid}")
    ResponseEntity<Object> delete(@PathVariable UUID uuid, Precondition precondition) {
        return writes.deleted(change -> models.delete(change, uuid, precondition));
    }
}
