package io.modelhub.catalog.prices;

import io.modelhub.catalog.answer.Answers;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@RestController
final class PriceImportController {

    private final PriceImport prices;

    PriceImportController(PriceImport prices) {
        this.prices = prices;
    }

    /** Takes LiteLLM's price map as it is published. */
    @PostMapping("/v1/prices/import")
    ResponseEntity<Object> importPrices(@RequestBody ObjectNode list) {
        return Answers.found(prices.apply(LiteLlmPriceMap.read(list)));
    }
}
