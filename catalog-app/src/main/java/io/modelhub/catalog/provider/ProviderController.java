package io.modelhub.catalog.provider;

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
@RequestMapping("/v1/providers")
final class ProviderController {

    private final Providers providers;
    private final Writes writes;

    ProviderController(Providers providers, Writes writes) {
        this.providers = providers;
        this.writes = writes;
    }

    @PostMapping
    ResponseEntity<Object> create(Creation creation) {
        return writes.created(
                creation, change -> providers.create(change, creation.fields()).map(ProviderView::of));
    }

    @GetMapping("/{slug}")
    ResponseEntity<Object> find(@PathVariable String slug) {
        return Answers.found(providers.find(slug).map(ProviderView::of));
    }

    @GetMapping
    ResponseEntity<Object> list(ListRequest asked) {
        return Answers.found(providers.list(asked).map(page -> page.map(ProviderView::of)));
    }

    @RequestMapping(
            path = "/{slug}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    ResponseEntity<Object> edit(@PathVariable String slug, Edit edit) {
        return writes.edited(change -> providers.edit(change, slug, edit).map(ProviderView::of));
    }

    @DeleteMapping("/{slug}")
    ResponseEntity<Object> delete(@PathVariable String slug, Precondition precondition) {
        return writes.deleted(change -> providers.delete(change, slug, precondition));
    }
}
