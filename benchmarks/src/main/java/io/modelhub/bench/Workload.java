package io.modelhub.bench;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.CallStatus;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.ModelType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Made-up calls: a day of a busy platform, in the order in which it would have come in. What they cost is added up here by
 * another path than the aggregator's, in plain decimals. Changed by each call; one thread.
 */
final class Workload {

    /** Within the aggregator's horizon of 24 h, with an hour to write the calls to the log. */
    private static final Duration SPAN = Duration.ofHours(23);

    /** Calls are as much out of order as senders that batch for half a minute make them. */
    private static final long DISORDER_MS = 30_000;

    /** One key in ten has a limit that the busy ones reach. */
    private static final BigDecimal SMALL_DAILY_QUOTA = BigDecimal.ONE;

    private static final BigDecimal LARGE_DAILY_QUOTA = BigDecimal.valueOf(1_000_000);

    /** US dollars per 1,000 tokens. */
    private record Price(BigDecimal input, BigDecimal cached, BigDecimal output) {

        BigDecimal cost(long tokensInput, long tokensCached, long tokensOutput) {
            return input.multiply(BigDecimal.valueOf(tokensInput - tokensCached))
                    .add(cached.multiply(BigDecimal.valueOf(tokensCached)))
                    .add(output.multiply(BigDecimal.valueOf(tokensOutput)))
                    .movePointLeft(3)
                    .setScale(12, RoundingMode.HALF_EVEN);
        }
    }

    /** One call in this many is sent a second time. */
    private static final int CALLS_PER_REPEAT = 200;

    /** A repeat comes soon after its call, as a retry does. */
    private static final int RECENT = 1_000;

    private final List<ModelMetrics> recent = new ArrayList<>();
    private final int events;
    private final Instant begin;

    /** Its Gaussians are specified, so that the same seed gives the same events on every JDK; those of other generators have changed. */
    private final Random random;

    private final List<String> organizations;
    private final List<String> models;
    private final List<Price> prices;
    private final List<String> apiKeys;
    private final double[] shareUpTo;
    private final Map<String, Spend> spendOfOrganizations = new HashMap<>();
    private final Map<String, Spend> spendOfKeys = new HashMap<>();
    private int made;

    /** @param end no call is later */
    Workload(BenchSettings settings, Instant end) {
        this.events = settings.logged();
        this.begin = end.minus(SPAN);
        this.random = new Random(settings.seed());
        this.organizations = names("organization-%04d", settings.organizations());
        this.models = names("bench/model-%02d", settings.models());
        this.prices = models.stream().map(model -> price()).toList();
        this.apiKeys = IntStream.range(0, settings.apiKeys())
                .mapToObj(key -> new UUID(random.nextLong(), random.nextLong()).toString())
                .toList();
        this.shareUpTo = zipf(organizations.size());
    }

    private static List<String> names(String format, int count) {
        return IntStream.range(0, count).mapToObj(format::formatted).toList();
    }

    /** Between 0.000015 and 0.015 USD for input, as the public lists of 2026; output four times, cached a tenth of that. */
    private Price price() {
        BigDecimal input = BigDecimal.valueOf(random.nextLong(15, 15_000), 6);
        return new Price(input, input.movePointLeft(1), input.multiply(BigDecimal.valueOf(4)));
    }

    /** The n-th largest has 1/n of the calls of the largest. */
    private static double[] zipf(int count) {
        double[] upTo = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += 1.0 / (i + 1);
            upTo[i] = sum;
        }
        for (int i = 0; i < count; i++) {
            upTo[i] /= sum;
        }
        return upTo;
    }

    List<Model> models() {
        return IntStream.range(0, models.size())
                .mapToObj(model -> Model.newBuilder()
                        .setId(models.get(model))
                        .setUuid(new UUID(0, model).toString())
                        .setProvider("bench")
                        .setName(models.get(model).substring("bench/".length()))
                        .setModelType(ModelType.Text)
                        .setConfig("{}")
                        .setStatus(EntityStatus.Active)
                        .setPrices(List.of(ModelPrice.newBuilder()
                                .setCostInput(prices.get(model).input())
                                .setCostInputCached(prices.get(model).cached())
                                .setCostOutput(prices.get(model).output())
                                .build()))
                        .setRevision(1)
                        .setUpdatedAt(Instant.EPOCH)
                        .build())
                .toList();
    }

    List<APIKey> apiKeys() {
        return IntStream.range(0, apiKeys.size())
                .mapToObj(key -> APIKey.newBuilder()
                        .setId(apiKeys.get(key))
                        .setOrganization(organizations.get(key % organizations.size()))
                        .setProvider("bench")
                        .setLabel("key " + key)
                        .setIsDefault(false)
                        .setIsActive(true)
                        .setDailyQuota(key % 10 == 0 ? SMALL_DAILY_QUOTA : LARGE_DAILY_QUOTA)
                        .setRevision(1)
                        .setUpdatedAt(Instant.EPOCH)
                        .build())
                .toList();
    }

    /** The next call, or one of the last ones again: that has no part in what the calls add up to. */
    ModelMetrics next() {
        if (!recent.isEmpty() && random.nextInt(CALLS_PER_REPEAT) == 0) {
            made++;
            return recent.get(random.nextInt(recent.size()));
        }
        ModelMetrics call = fresh();
        if (recent.size() < RECENT) {
            recent.add(call);
        } else {
            recent.set(random.nextInt(RECENT), call);
        }
        return call;
    }

    /** Token counts and latencies are log-normal about medians of the size that public traces show. */
    private ModelMetrics fresh() {
        int organization = organization();
        int model = random.nextInt(models.size());
        String apiKey = apiKeyOf(organization);
        long tokensInput = Math.min(200_000, logNormal(1_469, 0.9));
        long tokensOutput = Math.min(20_000, logNormal(130, 1.0));
        long tokensCached = random.nextInt(10) < 3 ? tokensInput / 2 : 0;
        BigDecimal sent = random.nextInt(50) == 0 ? BigDecimal.valueOf(random.nextLong(1_000_000_000L), 12) : null;
        BigDecimal cost = sent != null ? sent : prices.get(model).cost(tokensInput, tokensCached, tokensOutput);

        Spend spend = new Spend(1, cost);
        spendOfOrganizations.merge(organizations.get(organization), spend, Spend::plus);
        if (apiKey != null) {
            spendOfKeys.merge(apiKey, spend, Spend::plus);
        }
        return ModelMetrics.newBuilder()
                .setEventId(new UUID(random.nextLong(), random.nextLong()).toString())
                .setModel(models.get(model))
                .setOrganization(organizations.get(organization))
                .setApiKey(apiKey)
                .setTimestamp(time())
                .setLatencyMs(logNormal(800, 0.7))
                .setTokensInput(tokensInput)
                .setTokensOutput(tokensOutput)
                .setTokensInputCached(tokensCached)
                .setCost(sent)
                .setStatus(status())
                .setSource("bench")
                .build();
    }

    private int organization() {
        int found = Arrays.binarySearch(shareUpTo, random.nextDouble());
        return Math.min(found >= 0 ? found : -found - 1, shareUpTo.length - 1);
    }

    /** Null where there are fewer keys than organizations and this one has none. */
    private @Nullable String apiKeyOf(int organization) {
        int keys = (apiKeys.size() - organization + organizations.size() - 1) / organizations.size();
        return keys <= 0 ? null : apiKeys.get(organization + organizations.size() * random.nextInt(keys));
    }

    private Instant time() {
        long sinceBegin = SPAN.toMillis() * made++ / events;
        return begin.plusMillis(Math.max(0, sinceBegin - random.nextLong(DISORDER_MS)));
    }

    private long logNormal(double median, double sigma) {
        return Math.max(1, Math.round(median * StrictMath.exp(sigma * random.nextGaussian())));
    }

    private CallStatus status() {
        return switch (random.nextInt(100)) {
            case 0 -> CallStatus.Timeout;
            case 1, 2 -> CallStatus.Error;
            default -> CallStatus.Success;
        };
    }

    /** What the calls made so far add up to. */
    Map<String, Spend> spendOfOrganizations() {
        return spendOfOrganizations;
    }

    /** What the calls made so far with an API key add up to. */
    Map<String, Spend> spendOfKeys() {
        return spendOfKeys;
    }
}
