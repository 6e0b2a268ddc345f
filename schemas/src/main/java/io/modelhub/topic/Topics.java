package io.modelhub.topic;

import io.modelhub.schema.APIKey;
import io.modelhub.schema.KeyQuotaEvent;
import io.modelhub.schema.KeyQuotaState;
import io.modelhub.schema.KeyUsageDay;
import io.modelhub.schema.KeyUsageDayKey;
import io.modelhub.schema.Model;
import io.modelhub.schema.ModelMetrics;
import io.modelhub.schema.Organization;
import io.modelhub.schema.OrganizationCalendar;
import io.modelhub.schema.Provider;
import io.modelhub.schema.RejectedUsage;
import io.modelhub.schema.RoutingRule;
import io.modelhub.schema.RuleUsageDay;
import io.modelhub.schema.RuleUsageDayKey;
import io.modelhub.schema.UsageCorrection;
import io.modelhub.schema.UsageReplay;
import io.modelhub.schema.UsageWindow;
import io.modelhub.schema.UsageWindowKey;
import io.modelhub.wire.AvroSerdes;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Every topic of the platform, with its types. {@code docs/topics.md} says who writes and reads each.
 *
 * <p>Partition counts can't change later: records are placed by their key's hash. Topics of events have {@value #PARTITIONS}
 * partitions. Catalog topics have one: they are small, read whole by every instance, and keep the order of all writes.
 */
public final class Topics {

    /** Partitions of every topic that carries events or results. */
    public static final int PARTITIONS = 6;

    /** A month, its corrections and explanations must fit. */
    private static final Duration USAGE_RETENTION = Duration.ofDays(70);

    private static final Duration HISTORY_RETENTION = Duration.ofDays(400);

    public static final TopicDefinition USAGE = TopicDefinition.history("modelhub.usage", PARTITIONS, USAGE_RETENTION);
    public static final TopicDefinition USAGE_REJECTED =
            TopicDefinition.history("modelhub.usage.rejected", PARTITIONS, USAGE_RETENTION);
    public static final TopicDefinition USAGE_CORRECTIONS =
            TopicDefinition.history("modelhub.usage.corrections", PARTITIONS, HISTORY_RETENTION);
    public static final TopicDefinition USAGE_REPLAYS =
            TopicDefinition.history("modelhub.usage.replays", PARTITIONS, HISTORY_RETENTION);
    public static final TopicDefinition CATALOG_ORGANIZATIONS =
            TopicDefinition.state("modelhub.catalog.organizations", 1);
    public static final TopicDefinition CATALOG_PROVIDERS = TopicDefinition.state("modelhub.catalog.providers", 1);
    public static final TopicDefinition CATALOG_MODELS = TopicDefinition.state("modelhub.catalog.models", 1);
    public static final TopicDefinition CATALOG_ROUTING_RULES =
            TopicDefinition.state("modelhub.catalog.routing-rules", 1);
    public static final TopicDefinition CATALOG_API_KEYS = TopicDefinition.state("modelhub.catalog.api-keys", 1);
    public static final TopicDefinition CATALOG_DELETED_MODELS =
            TopicDefinition.state("modelhub.catalog.deleted-models", 1);
    public static final TopicDefinition CATALOG_DELETED_API_KEYS =
            TopicDefinition.state("modelhub.catalog.deleted-api-keys", 1);
    public static final TopicDefinition QUOTA_KEYS = TopicDefinition.state("modelhub.quota.keys", PARTITIONS);
    public static final TopicDefinition QUOTA_EVENTS =
            TopicDefinition.history("modelhub.quota.events", PARTITIONS, HISTORY_RETENTION);
    public static final TopicDefinition USAGE_1M =
            TopicDefinition.expiringState("modelhub.analytics.usage-1m", PARTITIONS, Duration.ofDays(7));
    public static final TopicDefinition USAGE_15M =
            TopicDefinition.expiringState("modelhub.analytics.usage-15m", PARTITIONS, Duration.ofDays(70));
    public static final TopicDefinition USAGE_1D =
            TopicDefinition.expiringState("modelhub.analytics.usage-1d", PARTITIONS, HISTORY_RETENTION);
    public static final TopicDefinition USAGE_1MO =
            TopicDefinition.expiringState("modelhub.analytics.usage-1mo", PARTITIONS, Duration.ofDays(1200));
    public static final TopicDefinition CALENDARS = TopicDefinition.state("modelhub.analytics.calendars", PARTITIONS);
    public static final TopicDefinition KEY_USAGE_1D =
            TopicDefinition.expiringState("modelhub.analytics.key-usage-1d", PARTITIONS, HISTORY_RETENTION);
    public static final TopicDefinition RULE_USAGE_1D =
            TopicDefinition.expiringState("modelhub.analytics.rule-usage-1d", PARTITIONS, HISTORY_RETENTION);

    /** All of them, in the order of the stream. */
    public static final List<TopicDefinition> ALL = List.of(
            USAGE,
            USAGE_REJECTED,
            USAGE_CORRECTIONS,
            USAGE_REPLAYS,
            CATALOG_ORGANIZATIONS,
            CATALOG_PROVIDERS,
            CATALOG_MODELS,
            CATALOG_ROUTING_RULES,
            CATALOG_API_KEYS,
            CATALOG_DELETED_MODELS,
            CATALOG_DELETED_API_KEYS,
            QUOTA_KEYS,
            QUOTA_EVENTS,
            USAGE_1M,
            USAGE_15M,
            USAGE_1D,
            USAGE_1MO,
            CALENDARS,
            KEY_USAGE_1D,
            RULE_USAGE_1D);

    private final AvroSerdes serdes;

    public Topics(AvroSerdes serdes) {
        this.serdes = serdes;
    }

    /** Key: the canonical key, see {@link #canonicalKey}. */
    public Topic<String, ModelMetrics> usage() {
        return keyedByText(USAGE, ModelMetrics.class);
    }

    /** Key: the bytes of the input's key, null where it had none. */
    public Topic<byte[], RejectedUsage> usageRejected() {
        return new Topic<>(USAGE_REJECTED, Serdes.ByteArray(), serdes.value(RejectedUsage.class));
    }

    /** Key: the canonical key of the usage corrected. */
    public Topic<String, UsageCorrection> usageCorrections() {
        return keyedByText(USAGE_CORRECTIONS, UsageCorrection.class);
    }

    /** Key: SHA-256 of the original that was sent again, in hexadecimal. */
    public Topic<String, UsageReplay> usageReplays() {
        return keyedByText(USAGE_REPLAYS, UsageReplay.class);
    }

    /** Key: the organization's slug. */
    public Topic<String, Organization> organizations() {
        return keyedByText(CATALOG_ORGANIZATIONS, Organization.class);
    }

    /** Key: the provider's slug. */
    public Topic<String, Provider> providers() {
        return keyedByText(CATALOG_PROVIDERS, Provider.class);
    }

    /** Key: the model's identifier. */
    public Topic<String, Model> models() {
        return keyedByText(CATALOG_MODELS, Model.class);
    }

    /** Key: the rule's UUID. */
    public Topic<String, RoutingRule> routingRules() {
        return keyedByText(CATALOG_ROUTING_RULES, RoutingRule.class);
    }

    /** Key: the API key's UUID. */
    public Topic<String, APIKey> apiKeys() {
        return keyedByText(CATALOG_API_KEYS, APIKey.class);
    }

    /**
     * What models were when they were deleted. Their calls are charged by it, unless there is a model of that identifier again.
     * Key: the model's identifier; the last record counts, as the revisions of each life begin at 1.
     */
    public Topic<String, Model> deletedModels() {
        return keyedByText(CATALOG_DELETED_MODELS, Model.class);
    }

    /** What API keys were when they were deleted. Their calls count for whose they were. Key: the API key's UUID. */
    public Topic<String, APIKey> deletedApiKeys() {
        return keyedByText(CATALOG_DELETED_API_KEYS, APIKey.class);
    }

    /** Key: the API key's UUID. */
    public Topic<String, KeyQuotaState> quotaKeys() {
        return keyedByText(QUOTA_KEYS, KeyQuotaState.class);
    }

    /** Key: the API key's UUID. */
    public Topic<String, KeyQuotaEvent> quotaEvents() {
        return keyedByText(QUOTA_EVENTS, KeyQuotaEvent.class);
    }

    /** Windows of one minute, in UTC. */
    public Topic<UsageWindowKey, UsageWindow> usage1m() {
        return usageWindows(USAGE_1M);
    }

    /** Windows of fifteen minutes, in UTC. */
    public Topic<UsageWindowKey, UsageWindow> usage15m() {
        return usageWindows(USAGE_15M);
    }

    /** Calendar days in the organization's zone. */
    public Topic<UsageWindowKey, UsageWindow> usage1d() {
        return usageWindows(USAGE_1D);
    }

    /** Calendar months in the organization's zone. */
    public Topic<UsageWindowKey, UsageWindow> usage1mo() {
        return usageWindows(USAGE_1MO);
    }

    /** Which zone cuts those days and months. Key: the organization's slug, "-" for none. */
    public Topic<String, OrganizationCalendar> calendars() {
        return keyedByText(CALENDARS, OrganizationCalendar.class);
    }

    /** Calendar days in UTC. */
    public Topic<KeyUsageDayKey, KeyUsageDay> keyUsage1d() {
        return new Topic<>(KEY_USAGE_1D, serdes.key(KeyUsageDayKey.class), serdes.value(KeyUsageDay.class));
    }

    /** Calendar days in UTC. */
    public Topic<RuleUsageDayKey, RuleUsageDay> ruleUsage1d() {
        return new Topic<>(RULE_USAGE_1D, serdes.key(RuleUsageDayKey.class), serdes.value(RuleUsageDay.class));
    }

    /**
     * The key of a usage event on its topic: its organization, else its API key, else its model. The records of one
     * organization thus stand in one partition, in their order.
     */
    public static String canonicalKey(ModelMetrics usage) {
        if (usage.getOrganization() != null) {
            return usage.getOrganization();
        }
        return usage.getApiKey() != null ? usage.getApiKey() : usage.getModel();
    }

    private Topic<UsageWindowKey, UsageWindow> usageWindows(TopicDefinition definition) {
        return new Topic<>(definition, serdes.key(UsageWindowKey.class), serdes.value(UsageWindow.class));
    }

    private <V extends SpecificRecord> Topic<String, V> keyedByText(TopicDefinition definition, Class<V> type) {
        Serde<String> text = Serdes.String();
        return new Topic<>(definition, text, serdes.value(type));
    }
}
