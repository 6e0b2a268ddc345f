package io.modelhub.catalog.key;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.answer.Page;
import io.modelhub.catalog.check.Fields;
import io.modelhub.catalog.quota.KeyQuotas;
import java.util.UUID;
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
@RequestMapping("/v1/api-keys")
final class ApiKeyController {

    private static final String FIRST = "00000000-0000-0000-0000-000000000000";

    private final ApiKeys keys;
    private final KeyQuotas quotas;

    ApiKeyController(ApiKeys keys, KeyQuotas quotas) {
        this.keys = keys;
        this.quotas = quotas;
    }

    @PostMapping
    ResponseEntity<Object> create(@RequestBody Fields fields) {
        return Answers.created(keys.create(fields).map(this::view), created -> "/v1/api-keys/" + created.id());
    }

    @GetMapping("/{id}")
    ResponseEntity<Object> find(@PathVariable UUID id) {
        return Answers.found(keys.find(id).map(this::view));
    }

    @GetMapping
    Page<ApiKeyView> list(
            @RequestParam(defaultValue = FIRST) UUID after,
            @RequestParam(defaultValue = "" + Page.DEFAULT_LIMIT) int limit) {
        return keys.list(after, Page.limit(limit)).map(this::view);
    }

    @PutMapping("/{id}")
    ResponseEntity<Object> replace(@PathVariable UUID id, @RequestBody Fields fields) {
        return Answers.found(keys.replace(id, fields).map(this::view));
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Object> delete(@PathVariable UUID id) {
        return Answers.deleted(keys.delete(id));
    }

    private ApiKeyView view(ApiKey key) {
        return ApiKeyView.of(key, quotas.of(key.id().toString()));
    }
}
