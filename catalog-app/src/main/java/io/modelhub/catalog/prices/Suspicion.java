package io.modelhub.catalog.prices;

import java.math.BigDecimal;

/**
 * Why a listed price may be a mistake of the list.
 *
 * @param id of the model in the catalog
 * @param rate the one at fault, for example {@code cost_input}
 * @param listed what the list says, in US dollars per 1,000 tokens
 * @param comparedWith {@code own_last}, {@code namesakes}, {@code provider} or {@code type}
 * @param usual what it was compared with: the model's own last rate, or the median of its neighbours
 */
record Suspicion(String id, String rate, BigDecimal listed, String comparedWith, BigDecimal usual) {}
