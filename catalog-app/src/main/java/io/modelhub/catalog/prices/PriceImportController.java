package io.modelhub.catalog.prices;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.check.FieldProblem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Takes price lists as they are published. */
@RestController
final class PriceImportController {

    private static final String ACCEPT = "accept_suspicious";

    private final PriceImport prices;

    PriceImportController(PriceImport prices) {
        this.prices = prices;
    }

    /**
     * @param preview to change nothing and say what would
     * @param parameters {@code accept_suspicious}: true for all, or the identifier of a model, any number of times
     */
    @PostMapping("/v1/prices/import")
    ResponseEntity<Object> importPrices(
            @RequestParam(defaultValue = "litellm") String format,
            @RequestParam(defaultValue = "false") boolean preview,
            @RequestParam MultiValueMap<String, String> parameters,
            @RequestBody JsonNode body) {
        Optional<PriceListFormat> known = PriceListFormat.of(format);
        if (known.isEmpty()) {
            return Answers.found(Outcome.refused(Refusal.badParameters(
                    List.of(new FieldProblem("format", "unknown_value", "must be litellm or genai-prices")))));
        }
        Optional<PriceList> list = known.get().read(body);
        if (list.isEmpty()) {
            return Answers.found(Outcome.invalid(
                    List.of(new FieldProblem("body", "type", "is no price list of the format " + format))));
        }
        Predicate<String> accepted = accepted(parameters.getOrDefault(ACCEPT, List.of()));
        return Answers.found(
                preview
                        ? prices.preview(known.get(), list.get(), accepted)
                        : prices.apply(known.get(), list.get(), accepted));
    }

    private static Predicate<String> accepted(List<String> values) {
        Set<String> ids = Set.copyOf(values);
        return ids.contains("true") ? id -> true : ids::contains;
    }
}
