package io.modelhub.catalog.provider;

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
@RequestMapping("/v1/providers")
final class ProviderController {

    private final Providers providers;

    ProviderController(Providers providers) {
        this.providers = providers;
    }

    @PostMapping
    ResponseEntity<Object> create(@RequestBody Fields fields) {
        return Answers.created(
                providers.create(fields).map(ProviderView::of), created -> "/v1/providers/" + created.slug());
    }

    @GetMapping("/{slug}")
    ResponseEntity<Object> find(@PathVariable String slug) {
        return Answers.found(providers.find(slug).map(ProviderView::of));
    }

    @GetMapping
    Page<ProviderView> list(
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "" + Page.DEFAULT_LIMIT) int limit) {
        return providers.list(after, Page.limit(limit)).map(ProviderView::of);
    }

    @PutMapping("/{slug}")
    ResponseEntity<Object> replace(@PathVariable String slug, @RequestBody Fields fields) {
        return Answers.found(providers.replace(slug, fields).map(ProviderView::of));
    }

    @DeleteMapping("/{slug}")
    ResponseEntity<Object> delete(@PathVariable String slug) {
        return Answers.deleted(providers.delete(slug));
    }
}
