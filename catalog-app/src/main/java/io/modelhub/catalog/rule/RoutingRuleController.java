package io.modelhub.catalog.rule;

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
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/routing-rules")
final class RoutingRuleController {

    private final RoutingRules rules;
    private final Writes writes;

    RoutingRuleController(RoutingRules rules, Writes writes) {
        this.rules = rules;
        this.writes = writes;
    }

    @PostMapping
    ResponseEntity<Object> create(Creation creation) {
        return writes.created(
                creation, change -> rules.create(change, creation.fields()).map(RoutingRuleView::of));
    }

    @GetMapping("/{id}")
    ResponseEntity<Object> find(@PathVariable UUID id) {
        return Answers.found(rules.find(id).map(RoutingRuleView::of));
    }

    @GetMapping
    ResponseEntity<Object> list(ListRequest asked) {
        return Answers.found(rules.list(asked).map(page -> page.map(RoutingRuleView::of)));
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    ResponseEntity<Object> edit(@PathVariable UUID id, Edit edit) {
        return writes.edited(change -> rules.edit(change, id, edit).map(RoutingRuleView::of));
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Object> delete(@PathVariable UUID id, Precondition precondition) {
        return writes.deleted(change -> rules.delete(change, id, precondition));
    }
}
