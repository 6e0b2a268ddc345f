-- The topics of modelhub as streams and tables of ksqlDB 0.29 or Confluent Platform 7.3 and later. ksqlDB isn't part of this build (its licence);
-- a test holds every name and type to the Avro schemas, but these statements are not run by it.
--
-- Run them once records stand on the topics: where a subject isn't registered yet, ksqlDB would register a schema of its own under it, and the
-- applications' would be refused.
--
-- SOURCE streams and tables are read-only: nothing can be inserted through them, and DROP never takes the topic along. SOURCE tables are kept in ksqlDB
-- for pull queries; write CREATE TABLE where push queries and joins are enough, above all for usage_1m.
-- A key column stands in the record's key; its copy in the value is left out, as ksqlDB wants a name once. TIMESTAMP makes the time of what happened the ROWTIME;
-- elsewhere it is the append time. Windows are ordinary tables with the beginning in the key, not ksqlDB's windowed ones.
-- latency_sketch merges only outside ksqlDB (docs/topics.md): don't average percentiles.

-- Records of aborted transactions are left out, as by every reader of ours.
SET 'processing.guarantee' = 'exactly_once_v2';
SET 'auto.offset.reset' = 'earliest';

-- Calls to models, one row for each. Append-only; the same event_id may come twice.
CREATE SOURCE STREAM usage_events (
    canonical_key VARCHAR KEY,
    event_id VARCHAR,
    model VARCHAR,
    organization VARCHAR,
    api_key VARCHAR,
    timestamp TIMESTAMP,
    latency_ms BIGINT,
    tokens_input BIGINT,
    tokens_output BIGINT,
    tokens_input_cached BIGINT,
    tokens_cache_write BIGINT,
    tokens_reasoning BIGINT,
    cost DECIMAL(38, 12),
    status VARCHAR,
    error_type VARCHAR,
    error_message VARCHAR,
    routing_rule VARCHAR,
    source VARCHAR,
    attributes MAP<VARCHAR, VARCHAR>
) WITH (
    KAFKA_TOPIC = 'modelhub.usage',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO',
    TIMESTAMP = 'timestamp'
);

-- Usage events that were not counted, with the reason.
CREATE SOURCE STREAM usage_rejected (
    input_key BYTES KEY,
    reason VARCHAR,
    message VARCHAR,
    field VARCHAR,
    original BYTES,
    source VARCHAR,
    event_id VARCHAR,
    topic VARCHAR,
    partition INT,
    offset BIGINT,
    rejected_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.usage.rejected',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO',
    TIMESTAMP = 'rejected_at'
);

-- Differences to what was counted, because a price came late or was corrected.
CREATE SOURCE STREAM usage_corrections (
    canonical_key VARCHAR KEY,
    id VARCHAR,
    event_id VARCHAR,
    organization VARCHAR,
    api_key VARCHAR,
    routing_rule VARCHAR,
    model VARCHAR,
    range_start TIMESTAMP,
    range_end TIMESTAMP,
    requests BIGINT,
    as_of ARRAY<BIGINT>,
    old_price STRUCT<
        effective_from TIMESTAMP,
        cost_input DECIMAL(38, 24),
        cost_output DECIMAL(38, 24),
        cost_input_cached DECIMAL(38, 24),
        cost_cache_write DECIMAL(38, 24),
        cost_reasoning DECIMAL(38, 24),
        tiers ARRAY<STRUCT<
            above_input_tokens BIGINT,
            cost_input DECIMAL(38, 24),
            cost_output DECIMAL(38, 24),
            cost_input_cached DECIMAL(38, 24),
            cost_cache_write DECIMAL(38, 24),
            cost_reasoning DECIMAL(38, 24)>>,
        recorded_at TIMESTAMP,
        reason VARCHAR>,
    new_price STRUCT<
        effective_from TIMESTAMP,
        cost_input DECIMAL(38, 24),
        cost_output DECIMAL(38, 24),
        cost_input_cached DECIMAL(38, 24),
        cost_cache_write DECIMAL(38, 24),
        cost_reasoning DECIMAL(38, 24),
        tiers ARRAY<STRUCT<
            above_input_tokens BIGINT,
            cost_input DECIMAL(38, 24),
            cost_output DECIMAL(38, 24),
            cost_input_cached DECIMAL(38, 24),
            cost_cache_write DECIMAL(38, 24),
            cost_reasoning DECIMAL(38, 24)>>,
        recorded_at TIMESTAMP,
        reason VARCHAR>,
    price_correction INT,
    difference DECIMAL(38, 12),
    reason VARCHAR,
    corrected_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.usage.corrections',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO',
    TIMESTAMP = 'corrected_at'
);

-- Rejected events that were sent again.
CREATE SOURCE STREAM usage_replays (
    original_sha256 VARCHAR KEY,
    event_id VARCHAR,
    reason VARCHAR,
    rejected_partition INT,
    rejected_offset BIGINT,
    replayed_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.usage.replays',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO',
    TIMESTAMP = 'replayed_at'
);

-- Who spends.
CREATE SOURCE TABLE organizations (
    id VARCHAR PRIMARY KEY,
    name VARCHAR,
    time_zone VARCHAR,
    status VARCHAR,
    revision BIGINT,
    updated_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.catalog.organizations',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO'
);

-- Who serves models.
CREATE SOURCE TABLE providers (
    slug VARCHAR PRIMARY KEY,
    name VARCHAR,
    description VARCHAR,
    website VARCHAR,
    documentation_url VARCHAR,
    status VARCHAR,
    config VARCHAR,
    revision BIGINT,
    updated_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.catalog.providers',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO'
);

-- The models, their price periods and the corrections of them.
CREATE SOURCE TABLE models (
    id VARCHAR PRIMARY KEY,
    uuid VARCHAR,
    provider VARCHAR,
    name VARCHAR,
    version VARCHAR,
    model_type VARCHAR,
    capabilities ARRAY<VARCHAR>,
    config VARCHAR,
    context_window BIGINT,
    status VARCHAR,
    prices ARRAY<STRUCT<
        effective_from TIMESTAMP,
        cost_input DECIMAL(38, 24),
        cost_output DECIMAL(38, 24),
        cost_input_cached DECIMAL(38, 24),
        cost_cache_write DECIMAL(38, 24),
        cost_reasoning DECIMAL(38, 24),
        tiers ARRAY<STRUCT<
            above_input_tokens BIGINT,
            cost_input DECIMAL(38, 24),
            cost_output DECIMAL(38, 24),
            cost_input_cached DECIMAL(38, 24),
            cost_cache_write DECIMAL(38, 24),
            cost_reasoning DECIMAL(38, 24)>>,
        recorded_at TIMESTAMP,
        reason VARCHAR>>,
    corrections ARRAY<STRUCT<
        number INT,
        range_start TIMESTAMP,
        range_end TIMESTAMP,
        price STRUCT<
            effective_from TIMESTAMP,
            cost_input DECIMAL(38, 24),
            cost_output DECIMAL(38, 24),
            cost_input_cached DECIMAL(38, 24),
            cost_cache_write DECIMAL(38, 24),
            cost_reasoning DECIMAL(38, 24),
            tiers ARRAY<STRUCT<
                above_input_tokens BIGINT,
                cost_input DECIMAL(38, 24),
                cost_output DECIMAL(38, 24),
                cost_input_cached DECIMAL(38, 24),
                cost_cache_write DECIMAL(38, 24),
                cost_reasoning DECIMAL(38, 24)>>,
            recorded_at TIMESTAMP,
            reason VARCHAR>>>,
    revision BIGINT,
    updated_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.catalog.models',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO'
);

-- Which model a call should go to.
CREATE SOURCE TABLE routing_rules (
    id VARCHAR PRIMARY KEY,
    organization VARCHAR,
    name VARCHAR,
    description VARCHAR,
    priority INT,
    model_type VARCHAR,
    conditions VARCHAR,
    models ARRAY<STRUCT<
        model VARCHAR,
        weight DOUBLE,
        notes VARCHAR,
        tags ARRAY<VARCHAR>>>,
    max_error_rate DOUBLE,
    max_latency_p95_ms BIGINT,
    min_calls BIGINT,
    revision BIGINT,
    updated_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.catalog.routing-rules',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO'
);

-- The keys, their owners and quotas; no secret.
CREATE SOURCE TABLE api_keys (
    id VARCHAR PRIMARY KEY,
    organization VARCHAR,
    former_owners ARRAY<STRUCT<
        organization VARCHAR,
        owned_until TIMESTAMP>>,
    provider VARCHAR,
    label VARCHAR,
    fingerprint VARCHAR,
    is_default BOOLEAN,
    is_active BOOLEAN,
    daily_quota DECIMAL(38, 12),
    monthly_quota DECIMAL(38, 12),
    revision BIGINT,
    updated_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.catalog.api-keys',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO'
);

-- What models were when they were deleted: their calls are charged by it.
CREATE SOURCE TABLE deleted_models (
    id VARCHAR PRIMARY KEY,
    uuid VARCHAR,
    provider VARCHAR,
    name VARCHAR,
    version VARCHAR,
    model_type VARCHAR,
    capabilities ARRAY<VARCHAR>,
    config VARCHAR,
    context_window BIGINT,
    status VARCHAR,
    prices ARRAY<STRUCT<
        effective_from TIMESTAMP,
        cost_input DECIMAL(38, 24),
        cost_output DECIMAL(38, 24),
        cost_input_cached DECIMAL(38, 24),
        cost_cache_write DECIMAL(38, 24),
        cost_reasoning DECIMAL(38, 24),
        tiers ARRAY<STRUCT<
            above_input_tokens BIGINT,
            cost_input DECIMAL(38, 24),
            cost_output DECIMAL(38, 24),
            cost_input_cached DECIMAL(38, 24),
            cost_cache_write DECIMAL(38, 24),
            cost_reasoning DECIMAL(38, 24)>>,
        recorded_at TIMESTAMP,
        reason VARCHAR>>,
    corrections ARRAY<STRUCT<
        number INT,
        range_start TIMESTAMP,
        range_end TIMESTAMP,
        price STRUCT<
            effective_from TIMESTAMP,
            cost_input DECIMAL(38, 24),
            cost_output DECIMAL(38, 24),
            cost_input_cached DECIMAL(38, 24),
            cost_cache_write DECIMAL(38, 24),
            cost_reasoning DECIMAL(38, 24),
            tiers ARRAY<STRUCT<
                above_input_tokens BIGINT,
                cost_input DECIMAL(38, 24),
                cost_output DECIMAL(38, 24),
                cost_input_cached DECIMAL(38, 24),
                cost_cache_write DECIMAL(38, 24),
                cost_reasoning DECIMAL(38, 24)>>,
            recorded_at TIMESTAMP,
            reason VARCHAR>>>,
    revision BIGINT,
    updated_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.catalog.deleted-models',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO'
);

-- What API keys were when they were deleted: their calls count for whose they were.
CREATE SOURCE TABLE deleted_api_keys (
    id VARCHAR PRIMARY KEY,
    organization VARCHAR,
    former_owners ARRAY<STRUCT<
        organization VARCHAR,
        owned_until TIMESTAMP>>,
    provider VARCHAR,
    label VARCHAR,
    fingerprint VARCHAR,
    is_default BOOLEAN,
    is_active BOOLEAN,
    daily_quota DECIMAL(38, 12),
    monthly_quota DECIMAL(38, 12),
    revision BIGINT,
    updated_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.catalog.deleted-api-keys',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO'
);

-- Whether a key may spend, and what it spent.
CREATE SOURCE TABLE key_quotas (
    api_key VARCHAR PRIMARY KEY,
    organization VARCHAR,
    zone VARCHAR,
    enabled BOOLEAN,
    causes ARRAY<VARCHAR>,
    day STRUCT<
        start TIMESTAMP,
        `END` TIMESTAMP,
        `LIMIT` DECIMAL(38, 12),
        spent DECIMAL(38, 12),
        overshoot DECIMAL(38, 12)>,
    month STRUCT<
        start TIMESTAMP,
        `END` TIMESTAMP,
        `LIMIT` DECIMAL(38, 12),
        spent DECIMAL(38, 12),
        overshoot DECIMAL(38, 12)>,
    last_used_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.quota.keys',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO'
);

-- Limits and thresholds that were reached, and causes that ended.
CREATE SOURCE STREAM quota_events (
    api_key VARCHAR KEY,
    id VARCHAR,
    type VARCHAR,
    organization VARCHAR,
    cause VARCHAR,
    period_start TIMESTAMP,
    period_end TIMESTAMP,
    zone VARCHAR,
    `LIMIT` DECIMAL(38, 12),
    spent DECIMAL(38, 12),
    threshold_percent INT,
    still_disabled BOOLEAN,
    overshoot DECIMAL(38, 12),
    reason VARCHAR,
    occurred_at TIMESTAMP
) WITH (
    KAFKA_TOPIC = 'modelhub.quota.events',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO',
    TIMESTAMP = 'occurred_at'
);

-- What an organization used of a model in a minute, UTC.
CREATE SOURCE TABLE usage_1m (
    organization VARCHAR PRIMARY KEY,
    model VARCHAR PRIMARY KEY,
    window_start TIMESTAMP PRIMARY KEY,
    window_end TIMESTAMP,
    requests BIGINT,
    errors BIGINT,
    timeouts BIGINT,
    tokens_input BIGINT,
    tokens_output BIGINT,
    tokens_input_cached BIGINT,
    tokens_cache_write BIGINT,
    tokens_reasoning BIGINT,
    cost DECIMAL(38, 12),
    unpriced_requests BIGINT,
    latency_count BIGINT,
    latency_sum_ms BIGINT,
    latency_min_ms BIGINT,
    latency_max_ms BIGINT,
    latency_p50_ms DOUBLE,
    latency_p95_ms DOUBLE,
    latency_p99_ms DOUBLE,
    latency_sketch BYTES,
    duplicates BIGINT,
    is_final BOOLEAN
) WITH (
    KAFKA_TOPIC = 'modelhub.analytics.usage-1m',
    KEY_FORMAT = 'AVRO',
    VALUE_FORMAT = 'AVRO'
);

-- The same in a quarter of an hour, UTC.
CREATE SOURCE TABLE usage_15m (
    organization VARCHAR PRIMARY KEY,
    model VARCHAR PRIMARY KEY,
    window_start TIMESTAMP PRIMARY KEY,
    window_end TIMESTAMP,
    requests BIGINT,
    errors BIGINT,
    timeouts BIGINT,
    tokens_input BIGINT,
    tokens_output BIGINT,
    tokens_input_cached BIGINT,
    tokens_cache_write BIGINT,
    tokens_reasoning BIGINT,
    cost DECIMAL(38, 12),
    unpriced_requests BIGINT,
    latency_count BIGINT,
    latency_sum_ms BIGINT,
    latency_min_ms BIGINT,
    latency_max_ms BIGINT,
    latency_p50_ms DOUBLE,
    latency_p95_ms DOUBLE,
    latency_p99_ms DOUBLE,
    latency_sketch BYTES,
    duplicates BIGINT,
    is_final BOOLEAN
) WITH (
    KAFKA_TOPIC = 'modelhub.analytics.usage-15m',
    KEY_FORMAT = 'AVRO',
    VALUE_FORMAT = 'AVRO'
);

-- The same in a calendar day of the organization's zone.
CREATE SOURCE TABLE usage_1d (
    organization VARCHAR PRIMARY KEY,
    model VARCHAR PRIMARY KEY,
    window_start TIMESTAMP PRIMARY KEY,
    window_end TIMESTAMP,
    requests BIGINT,
    errors BIGINT,
    timeouts BIGINT,
    tokens_input BIGINT,
    tokens_output BIGINT,
    tokens_input_cached BIGINT,
    tokens_cache_write BIGINT,
    tokens_reasoning BIGINT,
    cost DECIMAL(38, 12),
    unpriced_requests BIGINT,
    latency_count BIGINT,
    latency_sum_ms BIGINT,
    latency_min_ms BIGINT,
    latency_max_ms BIGINT,
    latency_p50_ms DOUBLE,
    latency_p95_ms DOUBLE,
    latency_p99_ms DOUBLE,
    latency_sketch BYTES,
    duplicates BIGINT,
    is_final BOOLEAN
) WITH (
    KAFKA_TOPIC = 'modelhub.analytics.usage-1d',
    KEY_FORMAT = 'AVRO',
    VALUE_FORMAT = 'AVRO'
);

-- The same in a calendar month of the organization's zone.
CREATE SOURCE TABLE usage_1mo (
    organization VARCHAR PRIMARY KEY,
    model VARCHAR PRIMARY KEY,
    window_start TIMESTAMP PRIMARY KEY,
    window_end TIMESTAMP,
    requests BIGINT,
    errors BIGINT,
    timeouts BIGINT,
    tokens_input BIGINT,
    tokens_output BIGINT,
    tokens_input_cached BIGINT,
    tokens_cache_write BIGINT,
    tokens_reasoning BIGINT,
    cost DECIMAL(38, 12),
    unpriced_requests BIGINT,
    latency_count BIGINT,
    latency_sum_ms BIGINT,
    latency_min_ms BIGINT,
    latency_max_ms BIGINT,
    latency_p50_ms DOUBLE,
    latency_p95_ms DOUBLE,
    latency_p99_ms DOUBLE,
    latency_sketch BYTES,
    duplicates BIGINT,
    is_final BOOLEAN
) WITH (
    KAFKA_TOPIC = 'modelhub.analytics.usage-1mo',
    KEY_FORMAT = 'AVRO',
    VALUE_FORMAT = 'AVRO'
);

-- Which zone cuts an organization's days and months, and since when.
CREATE SOURCE TABLE calendars (
    organization VARCHAR PRIMARY KEY,
    time_zone VARCHAR,
    changes ARRAY<STRUCT<
        set_at TIMESTAMP,
        time_zone VARCHAR>>
) WITH (
    KAFKA_TOPIC = 'modelhub.analytics.calendars',
    KEY_FORMAT = 'KAFKA',
    VALUE_FORMAT = 'AVRO'
);

-- What was used with a key in a UTC day.
CREATE SOURCE TABLE key_usage_1d (
    api_key VARCHAR PRIMARY KEY,
    window_start TIMESTAMP PRIMARY KEY,
    organization VARCHAR,
    window_end TIMESTAMP,
    requests BIGINT,
    errors BIGINT,
    timeouts BIGINT,
    tokens_input BIGINT,
    tokens_output BIGINT,
    tokens_input_cached BIGINT,
    tokens_cache_write BIGINT,
    tokens_reasoning BIGINT,
    cost DECIMAL(38, 12),
    unpriced_requests BIGINT,
    last_used_at TIMESTAMP,
    latency_count BIGINT,
    latency_sum_ms BIGINT,
    latency_min_ms BIGINT,
    latency_max_ms BIGINT,
    latency_p50_ms DOUBLE,
    latency_p95_ms DOUBLE,
    latency_p99_ms DOUBLE,
    latency_sketch BYTES,
    models ARRAY<STRUCT<
        model VARCHAR,
        requests BIGINT,
        errors BIGINT,
        timeouts BIGINT,
        tokens_input BIGINT,
        tokens_output BIGINT,
        tokens_input_cached BIGINT,
        tokens_cache_write BIGINT,
        tokens_reasoning BIGINT,
        cost DECIMAL(38, 12),
        unpriced_requests BIGINT>>
) WITH (
    KAFKA_TOPIC = 'modelhub.analytics.key-usage-1d',
    KEY_FORMAT = 'AVRO',
    VALUE_FORMAT = 'AVRO'
);

-- What was used through a routing rule in a UTC day.
CREATE SOURCE TABLE rule_usage_1d (
    routing_rule VARCHAR PRIMARY KEY,
    window_start TIMESTAMP PRIMARY KEY,
    window_end TIMESTAMP,
    requests BIGINT,
    errors BIGINT,
    timeouts BIGINT,
    tokens_input BIGINT,
    tokens_output BIGINT,
    tokens_input_cached BIGINT,
    tokens_cache_write BIGINT,
    tokens_reasoning BIGINT,
    cost DECIMAL(38, 12),
    unpriced_requests BIGINT,
    last_used_at TIMESTAMP,
    latency_count BIGINT,
    latency_sum_ms BIGINT,
    latency_min_ms BIGINT,
    latency_max_ms BIGINT,
    latency_p50_ms DOUBLE,
    latency_p95_ms DOUBLE,
    latency_p99_ms DOUBLE,
    latency_sketch BYTES,
    models ARRAY<STRUCT<
        model VARCHAR,
        requests BIGINT,
        errors BIGINT,
        timeouts BIGINT,
        tokens_input BIGINT,
        tokens_output BIGINT,
        tokens_input_cached BIGINT,
        tokens_cache_write BIGINT,
        tokens_reasoning BIGINT,
        cost DECIMAL(38, 12),
        unpriced_requests BIGINT>>
) WITH (
    KAFKA_TOPIC = 'modelhub.analytics.rule-usage-1d',
    KEY_FORMAT = 'AVRO',
    VALUE_FORMAT = 'AVRO'
);
