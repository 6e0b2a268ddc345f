package io.modelhub.local.torture;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.EntityStatus;
import io.modelhub.schema.FormerOwner;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelPrice;
import io.modelhub.schema.ModelType;
import io.modelhub.schema.Organization;
import io.modelhub.schema.PriceTier;
import io.modelhub.topic.Topics;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * Who makes the calls: all that stands on the catalog's topics before the first event. What of it is deleted meanwhile still charges
 * its calls and owns them, so that the price and the owner of each call are certain; so are the limits of those that stay.
 */
final class Cast {

    /**
     * An organization.
     *
     * @param isSteady whether all calls of its keys come to one partition, in order: each of their quota events is known beforehand
     */
    record Customer(String id, boolean isSteady, List<String> keys) {}

    private static final int CUSTOMERS = 24;
    private static final int KEYS_PER_CUSTOMER = 4;
    private static final int SHARED_KEYS = 8;
    private static final int UNKNOWN_KEYS = 4;
    private static final int GONE_KEYS = 3;
    private static final int KEYS_TO_BE_DELETED = 3;
    private static final int RULES = 6;

    /** Of a hundred calls. */
    static final int WITH_OWN_KEY = 60;

    static final int WITH_SHARED_KEY = 15;

    /** Half hours, three quarters, the other side of the date line, and both halves of the year's changes. */
    private static final List<String> ZONES = List.of(
            "UTC",
            "Asia/Kolkata",
            "America/New_York",
            "Europe/London",
            "Pacific/Apia",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "America/St_Johns");

    /** A price so high that many tokens cost more than can be counted. */
    static final String GOLD = "torture/gold";

    private static final Set<String> TO_BE_DELETED = Set.of("torture/digits", "torture/tiers");
    private static final String UNPRICED = "torture/unpriced";
    private static final String UNKNOWN_MODEL = "nobody/knows:this@1";
    private static final String UNKNOWN_ORGANIZATION = "ghost";
    private static final BigDecimal SENTINEL_LIMIT = new BigDecimal("0.010000000000");

    private final RandomGenerator random;
    private final Instant begin;
    private final Duration span;

    private final List<Customer> customers = new ArrayList<>();
    private final Set<String> steadyKeys = new HashSet<>();
    private final List<String> sharedKeys = new ArrayList<>();
    private final List<String> unknownKeys = new ArrayList<>();
    private final List<String> rules = new ArrayList<>();
    private final List<String> models = new ArrayList<>();

    private final List<Organization> organizationRecords = new ArrayList<>();
    private final List<Model> modelRecords = new ArrayList<>();
    private final List<APIKey> keyRecords = new ArrayList<>();
    private final List<APIKey> goneKeyRecords = new ArrayList<>();

    /**
     * @param begin of the events' time, which ends now
     * @param spendPerDay US dollars that all calls of a day cost, about: limits are around each key's part of it
     */
    Cast(RandomGenerator random, Instant begin, Duration span, double spendPerDay) {
        this.random = random;
        this.begin = begin;
        this.span = span;
        makeModels();
        for (int i = 0; i < CUSTOMERS; i++) {
            double share = Math.sqrt((i + 1.0) / CUSTOMERS) - Math.sqrt((double) i / CUSTOMERS);
            makeCustomer(customerId(i), ZONES.get(i % ZONES.size()), i % 2 == 0, spendPerDay * share);
        }
        for (int i = 0; i < SHARED_KEYS; i++) {
            sharedKeys.add(makeKey(null, spendPerDay * WITH_SHARED_KEY / 100 / SHARED_KEYS));
        }
        for (int i = 0; i < UNKNOWN_KEYS; i++) {
            unknownKeys.add(uuid());
        }
        for (int i = 0; i < GONE_KEYS; i++) {
            String gone = uuid();
            goneKeyRecords.add(key(gone, customerId(random.nextInt(CUSTOMERS)), null, null));
            unknownKeys.add(gone);
        }
        for (int i = 0; i < RULES; i++) {
            rules.add(uuid());
        }
    }

    private void makeModels() {
        makeModel("torture/large", List.of(price("0.0025", "0.01").build()));
        makeModel("torture/tiny", List.of(price("0.0000000137", "0.00000002741").build()));
        makeModel(
                "torture/digits",
                List.of(price("0.000123456789012345678901", "0.00098765432109876543211")
                        .build()));
        makeModel(
                "torture/cached",
                List.of(price("0.003", "0.015")
                        .setCostInputCached(rate("0.0003"))
                        .setCostCacheWrite(rate("0.00375"))
                        .setCostReasoning(rate("0.02"))
                        .build()));
        makeModel(
                "torture/tiers",
                List.of(price("0.001", "0.004")
                        .setTiers(List.of(PriceTier.newBuilder()
                                .setAboveInputTokens(4_000)
                                .setCostInput(rate("0.002"))
                                .setCostOutput(rate("0.006"))
                                .build()))
                        .build()));
        makeModel(
                "torture/dearer",
                List.of(
                        price("0.001", "0.002").build(),
                        price("0.003", "0.007")
                                .setEffectiveFrom(begin.plus(span.dividedBy(2)))
                                .build()));
        makeModel(UNPRICED, List.of());
        models.add(UNKNOWN_MODEL);
        makeModel(GOLD, List.of(price("50", "50").build()));
        models.remove(GOLD);
    }

    private static ModelPrice.Builder price(String input, String output) {
        return ModelPrice.newBuilder().setCostInput(rate(input)).setCostOutput(rate(output));
    }

    private static BigDecimal rate(String text) {
        return new BigDecimal(text).setScale(24);
    }

    private void makeModel(String id, List<ModelPrice> prices) {
        models.add(id);
        modelRecords.add(Model.newBuilder()
                .setId(id)
                .setUuid(uuid())
                .setProvider("torture")
                .setName(id.substring(id.indexOf('/') + 1))
                .setModelType(ModelType.Text)
                .setConfig("{}")
                .setStatus(EntityStatus.Active)
                .setPrices(prices)
                .setRevision(1)
                .setUpdatedAt(begin)
                .build());
    }

    private void makeCustomer(String id, String zone, boolean isSteady, double spendPerDay) {
        organizationRecords.add(Organization.newBuilder()
                .setId(id)
                .setName(id)
                .setTimeZone(zone)
                .setStatus(EntityStatus.Active)
                .setRevision(1)
                .setUpdatedAt(begin)
                .build());
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < KEYS_PER_CUSTOMER; i++) {
            keys.add(makeKey(id, spendPerDay * WITH_OWN_KEY / 100 / KEYS_PER_CUSTOMER));
        }
        customers.add(new Customer(id, isSteady, List.copyOf(keys)));
        if (isSteady) {
            steadyKeys.addAll(keys);
        }
    }

    /** With a limit by the day, the month, both or none; now and then of 0. */
    private String makeKey(@Nullable String organization, double spendPerDay) {
        int limits = random.nextInt(8);
        BigDecimal daily = limits == 0 ? BigDecimal.ZERO.setScale(12) : limits <= 4 ? around(spendPerDay) : null;
        BigDecimal monthly = limits >= 4 && limits <= 6 ? around(spendPerDay * Math.max(1, span.toDays())) : null;
        String id = uuid();
        publishKey(id, organization, daily, monthly);
        return id;
    }

    /** From a third to one and a half times as much. */
    private BigDecimal around(double amount) {
        return BigDecimal.valueOf(amount * random.nextDouble(0.33, 1.5)).setScale(12, RoundingMode.HALF_EVEN);
    }

    private void publishKey(
            String id, @Nullable String organization, @Nullable BigDecimal daily, @Nullable BigDecimal monthly) {
        keyRecords.add(key(id, organization, daily, monthly));
    }

    private APIKey key(
            String id, @Nullable String organization, @Nullable BigDecimal daily, @Nullable BigDecimal monthly) {
        return APIKey.newBuilder()
                .setId(id)
                .setOrganization(organization)
                .setFormerOwners(organization == null ? List.of() : formerOwners())
                .setProvider("torture")
                .setLabel("key " + keyRecords.size())
                .setIsDefault(false)
                .setIsActive(true)
                .setDailyQuota(daily)
                .setMonthlyQuota(monthly)
                .setRevision(1)
                .setUpdatedAt(begin)
                .build();
    }

    /** Of every third key another customer, or all, until some moment while the servers start, now, or mostly while events come in. */
    private List<FormerOwner> formerOwners() {
        if (random.nextInt(3) > 0) {
            return List.of();
        }
        int customer = random.nextInt(CUSTOMERS + 4);
        return List.of(FormerOwner.newBuilder()
                .setOrganization(customer < CUSTOMERS ? customerId(customer) : null)
                .setOwnedUntil(begin.plus(span).plusMillis(random.nextInt(20_000, 120_000)))
                .build());
    }

    private static String customerId(int number) {
        return "customer-" + number;
    }

    /**
     * A shared key that is at home in a partition, as its calls are, and that the first of them disables.
     *
     * @return its id
     */
    String makeSentinel(int partition) {
        String id = uuid();
        while (BuiltInPartitioner.partitionForKey(id.getBytes(StandardCharsets.UTF_8), Topics.PARTITIONS)
                != partition) {
            id = uuid();
        }
        publishKey(id, null, SENTINEL_LIMIT, null);
        return id;
    }

    private String uuid() {
        return new UUID(random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() & ~(0b11L << 62) | 0b10L << 62)
                .toString();
    }

    /** The first of them are the busiest. */
    Customer customer() {
        double share = random.nextDouble();
        return customers.get((int) (CUSTOMERS * share * share));
    }

    boolean isSteady(String apiKey) {
        return steadyKeys.contains(apiKey);
    }

    String sharedKey() {
        return oneOf(sharedKeys);
    }

    String unknownKey() {
        return oneOf(unknownKeys);
    }

    String unknownOrganization() {
        return UNKNOWN_ORGANIZATION;
    }

    String rule() {
        return oneOf(rules);
    }

    String model() {
        return oneOf(models);
    }

    String oneOf(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    List<Organization> organizations() {
        return organizationRecords;
    }

    List<Model> models() {
        return modelRecords;
    }

    List<APIKey> keys() {
        return keyRecords;
    }

    /** Deleted before the first event. */
    List<APIKey> goneKeys() {
        return goneKeyRecords;
    }

    /** To be deleted while events come in. */
    List<Model> modelsToBeDeleted() {
        return modelRecords.stream()
                .filter(model -> TO_BE_DELETED.contains(model.getId()))
                .toList();
    }

    /** To be deleted while events come in: when they read it, instances clear causes at different calls, so none of a steady customer. */
    List<APIKey> keysToBeDeleted() {
        return keyRecords.stream()
                .filter(key -> key.getOrganization() != null && !steadyKeys.contains(key.getId()))
                .limit(KEYS_TO_BE_DELETED)
                .toList();
    }
}
