package io.modelhub.catalog.model;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.request.Creation;
import io.modelhub.catalog.request.Precondition;
import io.modelhub.catalog.request.Writes;
import java.time.Instant;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The prices of a model over time. */
@RestController
@RequestMapping("/v1/models/{uuid}/prices")
final class PriceController {

    private final Models models;
    private final Writes writes;

    PriceController(Models models, Writes writes) {
        this.models = models;
        this.writes = writes;
    }

    @GetMapping(params = "!at")
    ResponseEntity<Object> list(@PathVariable UUID uuid) {
        return Answers.found(models.find(uuid).map(PriceView::of));
    }

    @GetMapping(params = "at")
    ResponseEntity<Object> find(@PathVariable UUID uuid, @RequestParam Instant at) {
        return Answers.found(models.find(uuid)
                .flatMap(priced -> priced.prices()
                        .periodAt(at)
                        .map(charged -> Outcome.done(PriceView.at(priced, charged, at)))
                        .orElseGet(() -> Outcome.unknown("price of the model " + uuid))));
    }

    @PostMapping
    ResponseEntity<Object> state(@PathVariable UUID uuid, Creation creation) {
        return writes.created(
                creation,
                change -> models.price(change, uuid, creation.fields()).map(PriceView::of));
    }

    @DeleteMapping
    ResponseEntity<Object> withdraw(
            @PathVariable UUID uuid, @RequestParam("effective_from") Instant effectiveFrom, Precondition precondition) {
        return writes.deleted(change -> models.withdrawPrice(change, uuid, effectiveFrom, precondition));
    }
}
