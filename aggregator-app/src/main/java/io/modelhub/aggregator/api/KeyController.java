package io.modelhub.aggregator.api;

import io.modelhub.aggregator.query.KeyFilter;
import io.modelhub.aggregator.query.KeyQuotaReader;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.QuotaCause;
import io.modelhub.schema.QuotaPeriod;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What API keys have spent, and whether they may spend more. */
@RestController
final class KeyController {

    private final KeyQuotaReader reader;
    private final Clock clock;

    KeyController(KeyQuotaReader reader, Clock clock) {
        this.reader = reader;
        this.clock = clock;
    }

    /** @param limit US dollars; null for no limit */
    record Period(
            Instant start,
            Instant end,
            @Nullable String limit,
            String spent,
            @Nullable String overshoot) {

        static Period of(QuotaPeriod period) {
            return new Period(
                    period.getStart(),
                    period.getEnd(),
                    plain(period.getLimit()),
                    period.getSpent().toPlainString(),
                    plain(period.getOvershoot()));
        }

        private static @Nullable String plain(@Nullable BigDecimal amount) {
            return amount == null ? null : amount.toPlainString();
        }
    }

    record KeyQuota(
            String apiKey,
            @Nullable String organization,
            String zone,
            boolean enabled,
            List<QuotaCause> causes,
            Period day,
            Period month,
            @Nullable Instant lastUsedAt) {

        static KeyQuota of(KeyQuotaState state) {
            return new KeyQuota(
                    state.getApiKey(),
                    state.getOrganization(),
                    state.getZone(),
                    state.getEnabled(),
                    state.getCauses(),
                    Period.of(state.getDay()),
                    Period.of(state.getMonth()),
                    state.getLastUsedAt());
        }
    }

    record KeyQuotas(List<KeyQuota> keys) {}

    @GetMapping("/v1/keys/{id}/quota")
    KeyQuota quota(@PathVariable String id) {
        return Answers.found(reader.read(id, clock.instant()))
                .map(KeyQuota::of)
                .orElseThrow(() -> NotFoundException.apiKey(id));
    }

    /** Every key, or those of an organization, of a provider, that are enabled or that are not. */
    @GetMapping("/v1/keys")
    KeyQuotas keys(
            @RequestParam Optional<String> organization,
            @RequestParam Optional<String> provider,
            @RequestParam Optional<Boolean> enabled) {
        List<KeyQuotaState> states =
                Answers.found(reader.readAll(new KeyFilter(organization, provider), clock.instant()));
        return new KeyQuotas(states.stream()
                .filter(state ->
                        enabled.map(wanted -> wanted == state.getEnabled()).orElse(true))
                .map(KeyQuota::of)
                .toList());
    }
}
