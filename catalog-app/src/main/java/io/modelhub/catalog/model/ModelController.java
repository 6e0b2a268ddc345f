package io.modelhub.catalog.model;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.answer.Page;
import io.modelhub.catalog.check.Fields;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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

/** Models are addressed by UUID, as their identifiers contain slashes; by identifier only as a query parameter. */
@RestController
@RequestMapping("/v1/models")
final class ModelController {

    private final Models models;

    ModelController(Models models) {
        this.models = models;
    }

    @PostMapping
    ResponseEntity<Object> create(@RequestBody Fields fields) {
        return Answers.created(models.create(fields).map(ModelView::of), created -> "/v1/models/" + created.uuid());
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
    Page<ModelView> list(
            @RequestParam(required = false) @Nullable String provider,
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "" + Page.DEFAULT_LIMIT) int limit) {
        return models.list(provider, after, Page.limit(limit)).map(ModelView::of);
    }

    @PutMapping("/{uuid}")
    ResponseEntity<Object> replace(@PathVariable UUID uuid, @RequestBody Fields fields) {
        return Answers.found(models.replace(uuid, fields).map(ModelView::of));
    }

    @DeleteMapping("/{uuid}")
    ResponseEntity<Object> delete(@PathVariable UUID uuid) {
        return Answers.deleted(models.delete(uuid));
    }
}
