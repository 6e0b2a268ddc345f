package io.modelhub.catalog.key;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.outbox.Changes;
import io.modelhub.catalog.page.ListRequest;
import io.modelhub.catalog.quota.KeyQuotas;
import io.modelhub.catalog.request.Creation;
import io.modelhub.catalog.request.Edit;
import io.modelhub.catalog.request.Precondition;
import io.modelhub.catalog.request.Writes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/api-keys")
final class ApiKeyController {

    private final ApiKeys keys;
    private final KeyQuotas quotas;
    private final Writes writes;
    private final Changes changes;

    ApiKeyController(ApiKeys keys, KeyQuotas quotas, Writes writes, Changes changes) {
        this.keys = keys;
        this.quotas = quotas;
        this.writes = writes;
        this.changes = changes;
    }

    @PostMapping
    ResponseEntity<Object> create(Creation creation) {
        return writes.created(
                creation, change -> keys.create(change, creation.fields()).map(this::view));
    }

    @GetMapping("/{id}")
    ResponseEntity<Object> find(@PathVariable UUID id) {
        return Answers.found(keys.find(id).map(this::view));
    }

    @GetMapping
    ResponseEntity<Object> list(ListRequest asked) {
        return Answers.found(keys.list(asked).map(page -> page.map(this::view)));
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    ResponseEntity<Object> edit(@PathVariable UUID id, Edit edit) {
        return writes.edited(change -> keys.edit(change, id, edit, this::view).map(this::view));
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Object> delete(@PathVariable UUID id, Precondition precondition) {
        return writes.deleted(change -> keys.delete(change, id, precondition));
    }

    @PostMapping("/{id}/reveal")
    ResponseEntity<Object> reveal(@PathVariable UUID id) {
        ResponseEntity<Object> answer = Answers.found(changes.commit(change -> keys.reveal(change, id)));
        return ResponseEntity.status(answer.getStatusCode())
                .headers(answer.getHeaders())
                .cacheControl(CacheControl.noStore())
                .body(answer.getBody());
    }

    @GetMapping("/selection")
    ResponseEntity<Object> select(
            @RequestParam(required = false) @Nullable String organization, @RequestParam String provider) {
        return Answers.found(
                keys.choose(organization, provider).map(choice -> KeySelectionView.of(organization, provider, choice)));
    }

    private ApiKeyView view(ApiKey key) {
        return ApiKeyView.of(key, quotas.of(key.id().toString()));
    }
}
