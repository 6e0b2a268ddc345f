-- The topics of modelhub as tables of Apache Flink SQL. Every statement here runs in a test, with Flink 2.1 and its Kafka connector, over records
-- that the applications' own serializers wrote.
--
-- Put flink-connector-kafka 5.0.0-2.1 (with kafka-clients) and flink-sql-avro-confluent-registry 2.1.0 into Flink's lib folder, set the two
-- addresses below to yours, and hand this file to sql-client.sh with -i.
--
-- Topics that only grow are 'kafka' tables with a watermark on the time of what happened; append_time is the record's own. Compacted topics are
-- 'upsert-kafka' tables: a row is replaced by the next one of its key. A window that is no longer kept isn't deleted from a running query.
-- Times are UTC's. A null in a column of a usage table that docs/topics.md doesn't know as null comes from a record older than the column.
-- Records of transactions that were aborted are left out by 'read_committed'; without it, sums would count them.
-- Avro enumerations can be read as text only with the schema beside the table, so it stands there; docs and fields are those of schemas/src/main/avro.
--
-- These tables are for reading: the applications alone write their topics. Calls go in over HTTP, or to modelhub.usage as docs/usage-events.md says.

SET 'table.local-time-zone' = 'UTC';

CREATE TABLE usage_events (
    canonical_key STRING COMMENT 'Canonical key: organization, else api_key, else model.',
    event_id STRING NOT NULL COMMENT 'Idempotency key, chosen by the sender: 1 to 128 characters, unique per canonical key.',
    model STRING NOT NULL COMMENT 'Model identifier, provider-slug/name or provider-slug/name@version; opaque to readers.',
    organization STRING COMMENT 'Organization slug. Null: none is known; windows then count it under the reserved organization "-".',
    api_key STRING COMMENT 'API key identifier (never the secret). Null: no key, so no quota applies.',
    `timestamp` TIMESTAMP(3) NOT NULL COMMENT 'When the call ended, by the sender''s clock: milliseconds since 1970-01-01T00:00:00Z. Windows and quota periods use this time.',
    latency_ms BIGINT COMMENT 'Milliseconds from the request to the end of the answer. Null: not measured, and left out of latency figures.',
    tokens_input BIGINT NOT NULL COMMENT 'Input tokens, those read from a cache included. Not negative.',
    tokens_output BIGINT NOT NULL COMMENT 'Output tokens, reasoning tokens included. Not negative.',
    tokens_input_cached BIGINT NOT NULL COMMENT 'The part of tokens_input that the provider read from its prompt cache.',
    tokens_cache_write BIGINT NOT NULL COMMENT 'The part of tokens_input that the provider wrote to its prompt cache.',
    tokens_reasoning BIGINT NOT NULL COMMENT 'The part of tokens_output that was reasoning.',
    cost DECIMAL(38, 12) COMMENT 'US dollars that the sender was charged. Null: price it from the catalog. A sent cost stands.',
    status STRING NOT NULL COMMENT 'How the call ended.',
    error_type STRING COMMENT 'Class of the failure, for example RateLimitError. Null: no failure or no class known.',
    error_message STRING COMMENT 'Text of the failure. Null: none.',
    routing_rule STRING COMMENT 'Identifier of the routing rule that chose the model. Null: the call was not routed.',
    source STRING NOT NULL COMMENT 'How the event came in: http, otlp, cloudevents, litellm, or a name of the producer''s own. Empty: not stated.',
    attributes MAP<STRING NOT NULL, STRING NOT NULL> NOT NULL COMMENT 'Labels of the sender, kept and not interpreted.',
    append_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL COMMENT 'When the broker wrote the record.',
    WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' MINUTE
) COMMENT 'Calls to models, one row for each. Append-only; the same event_id may come twice.'
    WITH (
        'connector' = 'kafka',
        'topic' = 'modelhub.usage',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'scan.startup.mode' = 'earliest-offset',
        'key.format' = 'raw',
        'key.fields' = 'canonical_key',
        'value.fields-include' = 'EXCEPT_KEY',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7',
        'value.avro-confluent.schema' = '{"type": "record", "name": "ModelMetrics", "namespace": "io.modelhub.schema", "fields": [
        {"name": "event_id", "type": "string"},
        {"name": "model", "type": "string"},
        {"name": "organization", "type": ["null", "string"], "default": null},
        {"name": "api_key", "type": ["null", "string"], "default": null},
        {"name": "timestamp", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "latency_ms", "type": ["null", "long"], "default": null},
        {"name": "tokens_input", "type": "long"},
        {"name": "tokens_output", "type": "long"},
        {"name": "tokens_input_cached", "type": "long", "default": 0},
        {"name": "tokens_cache_write", "type": "long", "default": 0},
        {"name": "tokens_reasoning", "type": "long", "default": 0},
        {"name": "cost", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 12}], "default": null},
        {"name": "status", "type": {"type": "enum", "name": "CallStatus", "symbols": ["Success", "Error", "Timeout"]}},
        {"name": "error_type", "type": ["null", "string"], "default": null},
        {"name": "error_message", "type": ["null", "string"], "default": null},
        {"name": "routing_rule", "type": ["null", "string"], "default": null},
        {"name": "source", "type": "string", "default": ""},
        {"name": "attributes", "type": {"type": "map", "values": "string"}, "default": {}}]}');

CREATE TABLE usage_rejected (
    input_key BYTES COMMENT 'Key of the input. Null where it had none.',
    reason STRING NOT NULL COMMENT 'Stable code of the first broken rule, for example negative_number or undecodable.',
    message STRING NOT NULL COMMENT 'The reason in a sentence, naming the field at fault.',
    field STRING COMMENT 'The field at fault. Null: the whole event.',
    original BYTES NOT NULL COMMENT 'The bytes as they came in: the JSON of the event, or the value of the record.',
    source STRING NOT NULL COMMENT 'How it came in: http, or kafka for a record on modelhub.usage.',
    event_id STRING COMMENT 'The event''s id, where it could be read.',
    topic STRING COMMENT 'Topic of the rejected record. Null: it came in by HTTP.',
    `partition` INT COMMENT 'Partition of the rejected record. Null: it came in by HTTP.',
    `offset` BIGINT COMMENT 'Offset of the rejected record. Null: it came in by HTTP.',
    rejected_at TIMESTAMP(3) NOT NULL COMMENT 'When it was rejected; for a record from a topic, its append time there.',
    append_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL COMMENT 'When the broker wrote the record.',
    WATERMARK FOR rejected_at AS rejected_at - INTERVAL '1' MINUTE
) COMMENT 'Usage events that were not counted, with the reason.'
    WITH (
        'connector' = 'kafka',
        'topic' = 'modelhub.usage.rejected',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'scan.startup.mode' = 'earliest-offset',
        'key.format' = 'raw',
        'key.fields' = 'input_key',
        'value.fields-include' = 'EXCEPT_KEY',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7');

CREATE TABLE usage_corrections (
    canonical_key STRING COMMENT 'Canonical key of the usage corrected.',
    id STRING NOT NULL COMMENT 'Deterministic: the same correction made twice has the same id and counts once.',
    event_id STRING COMMENT 'The event corrected. Null: all events that the record is about.',
    organization STRING COMMENT 'Organization that the events count for. Null: none is known.',
    api_key STRING COMMENT 'API key of the events. Null: none.',
    routing_rule STRING COMMENT 'Routing rule that chose the model of the events. Null: none.',
    model STRING NOT NULL COMMENT 'Model of the events.',
    range_start TIMESTAMP(3) NOT NULL COMMENT 'Beginning of the time that the corrected events are in, inclusive. The range lies within one minute of UTC.',
    range_end TIMESTAMP(3) NOT NULL COMMENT 'End of that time, exclusive.',
    requests BIGINT NOT NULL COMMENT 'Events corrected.',
    as_of ARRAY<BIGINT NOT NULL> COMMENT 'The end, exclusive, of each partition of modelhub.usage that the correction knows, by the partition''s number: later events are not in it.',
    old_price ROW<
        effective_from TIMESTAMP(3),
        cost_input DECIMAL(38, 24) NOT NULL,
        cost_output DECIMAL(38, 24) NOT NULL,
        cost_input_cached DECIMAL(38, 24),
        cost_cache_write DECIMAL(38, 24),
        cost_reasoning DECIMAL(38, 24),
        tiers ARRAY<ROW<
            above_input_tokens BIGINT NOT NULL,
            cost_input DECIMAL(38, 24) NOT NULL,
            cost_output DECIMAL(38, 24) NOT NULL,
            cost_input_cached DECIMAL(38, 24),
            cost_cache_write DECIMAL(38, 24),
            cost_reasoning DECIMAL(38, 24)> NOT NULL> NOT NULL,
        recorded_at TIMESTAMP(3),
        reason STRING> COMMENT 'The price applied before. Null: the events were unpriced.',
    new_price ROW<
        effective_from TIMESTAMP(3),
        cost_input DECIMAL(38, 24) NOT NULL,
        cost_output DECIMAL(38, 24) NOT NULL,
        cost_input_cached DECIMAL(38, 24),
        cost_cache_write DECIMAL(38, 24),
        cost_reasoning DECIMAL(38, 24),
        tiers ARRAY<ROW<
            above_input_tokens BIGINT NOT NULL,
            cost_input DECIMAL(38, 24) NOT NULL,
            cost_output DECIMAL(38, 24) NOT NULL,
            cost_input_cached DECIMAL(38, 24),
            cost_cache_write DECIMAL(38, 24),
            cost_reasoning DECIMAL(38, 24)> NOT NULL> NOT NULL,
        recorded_at TIMESTAMP(3),
        reason STRING> COMMENT 'The price that holds. Null: the model has no price any more.',
    price_correction INT COMMENT 'Number of the model''s price correction that says so. Null: the new price is one of its periods.',
    difference DECIMAL(38, 12) NOT NULL COMMENT 'US dollars to add; may be negative.',
    reason STRING NOT NULL COMMENT 'Why, for people.',
    corrected_at TIMESTAMP(3) NOT NULL COMMENT 'When the correction was made.',
    append_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL COMMENT 'When the broker wrote the record.',
    WATERMARK FOR corrected_at AS corrected_at - INTERVAL '1' MINUTE
) COMMENT 'Differences to what was counted, because a price came late or was corrected.'
    WITH (
        'connector' = 'kafka',
        'topic' = 'modelhub.usage.corrections',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'scan.startup.mode' = 'earliest-offset',
        'key.format' = 'raw',
        'key.fields' = 'canonical_key',
        'value.fields-include' = 'EXCEPT_KEY',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7');

CREATE TABLE usage_replays (
    original_sha256 STRING COMMENT 'SHA-256 of the original, in hexadecimal.',
    event_id STRING COMMENT 'The event''s id, where it could be read.',
    reason STRING NOT NULL COMMENT 'Why it had been rejected: the code on modelhub.usage.rejected.',
    rejected_partition INT NOT NULL COMMENT 'Partition of its record on modelhub.usage.rejected.',
    rejected_offset BIGINT NOT NULL COMMENT 'Offset of that record.',
    replayed_at TIMESTAMP(3) NOT NULL COMMENT 'When it was sent again.',
    append_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL COMMENT 'When the broker wrote the record.',
    WATERMARK FOR replayed_at AS replayed_at - INTERVAL '1' MINUTE
) COMMENT 'Rejected events that were sent again.'
    WITH (
        'connector' = 'kafka',
        'topic' = 'modelhub.usage.replays',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'scan.startup.mode' = 'earliest-offset',
        'key.format' = 'raw',
        'key.fields' = 'original_sha256',
        'value.fields-include' = 'EXCEPT_KEY',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7');

CREATE TABLE organizations (
    id STRING NOT NULL COMMENT 'Slug: lower-case letters, digits, underscore, hyphen; never changes its meaning. "-" is reserved for none.',
    name STRING NOT NULL COMMENT 'Name for people.',
    time_zone STRING NOT NULL COMMENT 'IANA time zone of its days and months, for example Europe/Paris.',
    status STRING NOT NULL COMMENT 'Active or Inactive. Usage of an inactive organization is still counted.',
    revision BIGINT NOT NULL COMMENT 'Counts the writes to the entity, from 1. A reader ignores a record with a lower revision than it has seen.',
    updated_at TIMESTAMP(3) NOT NULL COMMENT 'When the entity was written, by the clock of catalog-app''s database.',
    PRIMARY KEY (id) NOT ENFORCED
) COMMENT 'Who spends.'
    WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'modelhub.catalog.organizations',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'key.format' = 'raw',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7',
        'value.avro-confluent.schema' = '{"type": "record", "name": "Organization", "namespace": "io.modelhub.schema", "fields": [
        {"name": "id", "type": "string"},
        {"name": "name", "type": "string"},
        {"name": "time_zone", "type": "string", "default": "UTC"},
        {"name": "status", "type": {"type": "enum", "name": "EntityStatus", "symbols": ["Active", "Inactive", "Deprecated"]}},
        {"name": "revision", "type": "long"},
        {"name": "updated_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}');

CREATE TABLE providers (
    slug STRING NOT NULL COMMENT 'Identifier, for example openai; never changes its meaning.',
    name STRING NOT NULL COMMENT 'Name for people, unique.',
    description STRING COMMENT 'What it is. Null: not said.',
    website STRING COMMENT 'URL. Null: not said.',
    documentation_url STRING COMMENT 'URL. Null: not said.',
    status STRING NOT NULL COMMENT 'Its state.',
    config STRING NOT NULL COMMENT 'A JSON object, not interpreted.',
    revision BIGINT NOT NULL COMMENT 'Counts the writes to the entity, from 1. A reader ignores a record with a lower revision than it has seen.',
    updated_at TIMESTAMP(3) NOT NULL COMMENT 'When the entity was written, by the clock of catalog-app''s database.',
    PRIMARY KEY (slug) NOT ENFORCED
) COMMENT 'Who serves models.'
    WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'modelhub.catalog.providers',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'key.format' = 'raw',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7',
        'value.avro-confluent.schema' = '{"type": "record", "name": "Provider", "namespace": "io.modelhub.schema", "fields": [
        {"name": "slug", "type": "string"},
        {"name": "name", "type": "string"},
        {"name": "description", "type": ["null", "string"], "default": null},
        {"name": "website", "type": ["null", "string"], "default": null},
        {"name": "documentation_url", "type": ["null", "string"], "default": null},
        {"name": "status", "type": {"type": "enum", "name": "EntityStatus", "symbols": ["Active", "Inactive", "Deprecated"]}},
        {"name": "config", "type": "string"},
        {"name": "revision", "type": "long"},
        {"name": "updated_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}');

CREATE TABLE `models` (
    id STRING NOT NULL COMMENT 'provider/name, with @version where there is one; opaque and unique.',
    uuid STRING NOT NULL COMMENT 'The model''s address in URLs.',
    provider STRING NOT NULL COMMENT 'Slug of its provider.',
    name STRING NOT NULL COMMENT 'Name at the provider.',
    version STRING COMMENT 'Version at the provider. Null: it has none.',
    model_type STRING NOT NULL COMMENT 'What it makes.',
    capabilities ARRAY<STRING NOT NULL> NOT NULL COMMENT 'What it can do, for example vision or function_calling.',
    config STRING NOT NULL COMMENT 'A JSON object, not interpreted.',
    context_window BIGINT COMMENT 'Tokens that fit into one call. Null: not known.',
    status STRING NOT NULL COMMENT 'Its state.',
    prices ARRAY<ROW<
        effective_from TIMESTAMP(3),
        cost_input DECIMAL(38, 24) NOT NULL,
        cost_output DECIMAL(38, 24) NOT NULL,
        cost_input_cached DECIMAL(38, 24),
        cost_cache_write DECIMAL(38, 24),
        cost_reasoning DECIMAL(38, 24),
        tiers ARRAY<ROW<
            above_input_tokens BIGINT NOT NULL,
            cost_input DECIMAL(38, 24) NOT NULL,
            cost_output DECIMAL(38, 24) NOT NULL,
            cost_input_cached DECIMAL(38, 24),
            cost_cache_write DECIMAL(38, 24),
            cost_reasoning DECIMAL(38, 24)> NOT NULL> NOT NULL,
        recorded_at TIMESTAMP(3),
        reason STRING> NOT NULL> NOT NULL COMMENT 'Its price periods, by rising effective_from; the first covers all earlier time. A call is charged by the one in force at its own time. Empty: it has no price, and its calls are counted as unpriced.',
    corrections ARRAY<ROW<
        number INT NOT NULL,
        range_start TIMESTAMP(3) NOT NULL,
        range_end TIMESTAMP(3) NOT NULL,
        price ROW<
            effective_from TIMESTAMP(3),
            cost_input DECIMAL(38, 24) NOT NULL,
            cost_output DECIMAL(38, 24) NOT NULL,
            cost_input_cached DECIMAL(38, 24),
            cost_cache_write DECIMAL(38, 24),
            cost_reasoning DECIMAL(38, 24),
            tiers ARRAY<ROW<
                above_input_tokens BIGINT NOT NULL,
                cost_input DECIMAL(38, 24) NOT NULL,
                cost_output DECIMAL(38, 24) NOT NULL,
                cost_input_cached DECIMAL(38, 24),
                cost_cache_write DECIMAL(38, 24),
                cost_reasoning DECIMAL(38, 24)> NOT NULL> NOT NULL,
            recorded_at TIMESTAMP(3),
            reason STRING> NOT NULL> NOT NULL> NOT NULL COMMENT 'What its price should have been, by rising number; for reprice alone. Empty: the periods stand.',
    revision BIGINT NOT NULL COMMENT 'Counts the writes to the entity, from 1. A reader ignores a record with a lower revision than it has seen.',
    updated_at TIMESTAMP(3) NOT NULL COMMENT 'When the entity was written, by the clock of catalog-app''s database.',
    PRIMARY KEY (id) NOT ENFORCED
) COMMENT 'The models, their price periods and the corrections of them.'
    WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'modelhub.catalog.models',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'key.format' = 'raw',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7',
        'value.avro-confluent.schema' = '{"type": "record", "name": "Model", "namespace": "io.modelhub.schema", "fields": [
        {"name": "id", "type": "string"},
        {"name": "uuid", "type": "string"},
        {"name": "provider", "type": "string"},
        {"name": "name", "type": "string"},
        {"name": "version", "type": ["null", "string"], "default": null},
        {"name": "model_type", "type": {"type": "enum", "name": "ModelType", "symbols": ["Text", "Code", "Image", "Voice", "Video"]}},
        {"name": "capabilities", "type": {"type": "array", "items": "string"}, "default": []},
        {"name": "config", "type": "string"},
        {"name": "context_window", "type": ["null", "long"], "default": null},
        {"name": "status", "type": {"type": "enum", "name": "EntityStatus", "symbols": ["Active", "Inactive", "Deprecated"]}},
        {"name": "prices", "type": {"type": "array", "items": {"type": "record", "name": "ModelPrice", "fields": [
            {"name": "effective_from", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}], "default": null},
            {"name": "cost_input", "type": {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 24}},
            {"name": "cost_output", "type": {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 24}},
            {"name": "cost_input_cached", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 24}], "default": null},
            {"name": "cost_cache_write", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 24}], "default": null},
            {"name": "cost_reasoning", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 24}], "default": null},
            {"name": "tiers", "type": {"type": "array", "items": {"type": "record", "name": "PriceTier", "fields": [
                {"name": "above_input_tokens", "type": "long"},
                {"name": "cost_input", "type": {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 24}},
                {"name": "cost_output", "type": {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 24}},
                {"name": "cost_input_cached", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 24}], "default": null},
                {"name": "cost_cache_write", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 24}], "default": null},
                {"name": "cost_reasoning", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 24}], "default": null}]}}, "default": []},
            {"name": "recorded_at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}], "default": null},
            {"name": "reason", "type": ["null", "string"], "default": null}]}}, "default": []},
        {"name": "corrections", "type": {"type": "array", "items": {"type": "record", "name": "PriceCorrection", "fields": [
            {"name": "number", "type": "int"},
            {"name": "range_start", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "range_end", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "price", "type": "io.modelhub.schema.ModelPrice"}]}}, "default": []},
        {"name": "revision", "type": "long"},
        {"name": "updated_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}');

CREATE TABLE routing_rules (
    id STRING NOT NULL COMMENT 'UUID.',
    organization STRING COMMENT 'Slug of the organization that it is for. Null: for every one.',
    name STRING NOT NULL COMMENT 'Name for people.',
    description STRING COMMENT 'What it is for. Null: not said.',
    priority INT NOT NULL COMMENT '1 (first) to 100.',
    model_type STRING NOT NULL COMMENT 'The kind of call that it is for.',
    conditions STRING NOT NULL COMMENT 'A JsonLogic expression (docs/routing.md): when the rule holds. {}: always.',
    `models` ARRAY<ROW<
        model STRING NOT NULL,
        weight DOUBLE NOT NULL,
        notes STRING,
        tags ARRAY<STRING NOT NULL> NOT NULL> NOT NULL> NOT NULL COMMENT 'The models among which it chooses.',
    max_error_rate DOUBLE COMMENT 'A model with a higher share of failed calls (errors and timeouts) in the last 5 minutes is passed over. 0 to 1. Null: no bound.',
    max_latency_p95_ms BIGINT COMMENT 'A model with a higher 95th percentile of latency in the last 5 minutes is passed over. Milliseconds. Null: no bound.',
    min_calls BIGINT COMMENT 'With fewer calls than this in the last 5 minutes a model is not passed over for its performance. Null: 1.',
    revision BIGINT NOT NULL COMMENT 'Counts the writes to the entity, from 1. A reader ignores a record with a lower revision than it has seen.',
    updated_at TIMESTAMP(3) NOT NULL COMMENT 'When the entity was written, by the clock of catalog-app''s database.',
    PRIMARY KEY (id) NOT ENFORCED
) COMMENT 'Which model a call should go to.'
    WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'modelhub.catalog.routing-rules',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'key.format' = 'raw',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7',
        'value.avro-confluent.schema' = '{"type": "record", "name": "RoutingRule", "namespace": "io.modelhub.schema", "fields": [
        {"name": "id", "type": "string"},
        {"name": "organization", "type": ["null", "string"], "default": null},
        {"name": "name", "type": "string"},
        {"name": "description", "type": ["null", "string"], "default": null},
        {"name": "priority", "type": "int"},
        {"name": "model_type", "type": {"type": "enum", "name": "ModelType", "symbols": ["Text", "Code", "Image", "Voice", "Video"]}},
        {"name": "conditions", "type": "string"},
        {"name": "models", "type": {"type": "array", "items": {"type": "record", "name": "RoutingRuleModel", "fields": [
            {"name": "model", "type": "string"},
            {"name": "weight", "type": "double"},
            {"name": "notes", "type": ["null", "string"], "default": null},
            {"name": "tags", "type": {"type": "array", "items": "string"}, "default": []}]}}, "default": []},
        {"name": "max_error_rate", "type": ["null", "double"], "default": null},
        {"name": "max_latency_p95_ms", "type": ["null", "long"], "default": null},
        {"name": "min_calls", "type": ["null", "long"], "default": null},
        {"name": "revision", "type": "long"},
        {"name": "updated_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}');

CREATE TABLE api_keys (
    id STRING NOT NULL COMMENT 'UUID.',
    organization STRING COMMENT 'Slug of the organization whose key it is. Null: it serves every organization.',
    former_owners ARRAY<ROW<
        organization STRING,
        owned_until TIMESTAMP(3) NOT NULL> NOT NULL> COMMENT 'Whose key it was before, the earliest first. A call counts for the first one that it was written in time for, else for organization.',
    provider STRING NOT NULL COMMENT 'Slug of the provider that it opens.',
    label STRING NOT NULL COMMENT 'Name for people.',
    fingerprint STRING COMMENT 'The last 4 characters of the secret.',
    is_default BOOLEAN NOT NULL COMMENT 'Whether it is the one to take for its organization and provider.',
    is_active BOOLEAN NOT NULL COMMENT 'The operator''s switch. The machine never changes it: see KeyQuotaState.',
    daily_quota DECIMAL(38, 12) COMMENT 'US dollars per calendar day in the organization''s zone. Null: no limit.',
    monthly_quota DECIMAL(38, 12) COMMENT 'US dollars per calendar month in the organization''s zone. Null: no limit.',
    revision BIGINT NOT NULL COMMENT 'Counts the writes to the entity, from 1. A reader ignores a record with a lower revision than it has seen.',
    updated_at TIMESTAMP(3) NOT NULL COMMENT 'When the entity was written, by the clock of catalog-app''s database.',
    PRIMARY KEY (id) NOT ENFORCED
) COMMENT 'The keys, their owners and quotas; no secret.'
    WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'modelhub.catalog.api-keys',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'key.format' = 'raw',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7');

CREATE TABLE deleted_models COMMENT 'What models were when they were deleted: their calls are charged by it.'
    WITH ('topic' = 'modelhub.catalog.deleted-models')
    LIKE `models` (OVERWRITING OPTIONS);

CREATE TABLE deleted_api_keys COMMENT 'What API keys were when they were deleted: their calls count for whose they were.'
    WITH ('topic' = 'modelhub.catalog.deleted-api-keys')
    LIKE api_keys (OVERWRITING OPTIONS);

CREATE TABLE key_quotas (
    api_key STRING NOT NULL COMMENT 'The key''s identifier.',
    organization STRING COMMENT 'Slug of the organization whose key it is. Null: a shared or unknown key.',
    zone STRING NOT NULL COMMENT 'IANA zone of the day, and of the month unless the zone changed within it.',
    enabled BOOLEAN NOT NULL COMMENT 'False while any cause stands.',
    causes ARRAY<STRING NOT NULL> NOT NULL COMMENT 'The limits that are reached. Empty: enabled.',
    `day` ROW<
        `start` TIMESTAMP(3) NOT NULL,
        `end` TIMESTAMP(3) NOT NULL,
        `limit` DECIMAL(38, 12),
        spent DECIMAL(38, 12) NOT NULL,
        overshoot DECIMAL(38, 12)> NOT NULL COMMENT 'The calendar day.',
    `month` ROW<
        `start` TIMESTAMP(3) NOT NULL,
        `end` TIMESTAMP(3) NOT NULL,
        `limit` DECIMAL(38, 12),
        spent DECIMAL(38, 12) NOT NULL,
        overshoot DECIMAL(38, 12)> NOT NULL COMMENT 'The calendar month.',
    last_used_at TIMESTAMP(3) COMMENT 'Time of the latest call with the key. Null: never used.',
    PRIMARY KEY (api_key) NOT ENFORCED
) COMMENT 'Whether a key may spend, and what it spent.'
    WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'modelhub.quota.keys',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'key.format' = 'raw',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7',
        'value.avro-confluent.schema' = '{"type": "record", "name": "KeyQuotaState", "namespace": "io.modelhub.schema", "fields": [
        {"name": "api_key", "type": "string"},
        {"name": "organization", "type": ["null", "string"], "default": null},
        {"name": "zone", "type": "string"},
        {"name": "enabled", "type": "boolean"},
        {"name": "causes", "type": {"type": "array", "items": {"type": "enum", "name": "QuotaCause", "symbols": ["DAY", "MONTH"]}}, "default": []},
        {"name": "day", "type": {"type": "record", "name": "QuotaPeriod", "fields": [
            {"name": "start", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "end", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "limit", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 12}], "default": null},
            {"name": "spent", "type": {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 12}},
            {"name": "overshoot", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 12}], "default": null}]}},
        {"name": "month", "type": "io.modelhub.schema.QuotaPeriod"},
        {"name": "last_used_at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}], "default": null}]}');

CREATE TABLE quota_events (
    id STRING NOT NULL COMMENT 'Deterministic: api_key, cause, period start and a counter n, so that a repeated event can be known.',
    type STRING NOT NULL COMMENT 'What happened.',
    api_key STRING NOT NULL COMMENT 'The key''s identifier.',
    organization STRING COMMENT 'Slug of the organization whose key it is. Null: a shared or unknown key.',
    cause STRING NOT NULL COMMENT 'The limit that it is about.',
    period_start TIMESTAMP(3) NOT NULL COMMENT 'Beginning of the period, inclusive.',
    period_end TIMESTAMP(3) NOT NULL COMMENT 'End of the period, exclusive.',
    zone STRING NOT NULL COMMENT 'IANA zone of the period.',
    `limit` DECIMAL(38, 12) COMMENT 'US dollars that may be spent in the period. Null: the limit was removed.',
    spent DECIMAL(38, 12) NOT NULL COMMENT 'US dollars spent in the period when it happened.',
    threshold_percent INT COMMENT 'For THRESHOLD_REACHED: the threshold in per cent of the limit. Null otherwise.',
    still_disabled BOOLEAN NOT NULL COMMENT 'Whether the key is disabled after this event, by another cause or because this one opens again at once.',
    overshoot DECIMAL(38, 12) COMMENT 'For KEY_ENABLED: US dollars spent past the limit before the disable could be read. Null otherwise.',
    reason STRING NOT NULL COMMENT 'Why: limit_reached, threshold_reached, period_ended, quota_changed, correction, key_deleted.',
    occurred_at TIMESTAMP(3) NOT NULL COMMENT 'Append time of the usage that caused it, or the clock''s time where none did.',
    append_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL COMMENT 'When the broker wrote the record.',
    WATERMARK FOR occurred_at AS occurred_at - INTERVAL '1' MINUTE
) COMMENT 'Limits and thresholds that were reached, and causes that ended.'
    WITH (
        'connector' = 'kafka',
        'topic' = 'modelhub.quota.events',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'scan.startup.mode' = 'earliest-offset',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7',
        'value.avro-confluent.schema' = '{"type": "record", "name": "KeyQuotaEvent", "namespace": "io.modelhub.schema", "fields": [
        {"name": "id", "type": "string"},
        {"name": "type", "type": {"type": "enum", "name": "QuotaEventType", "symbols": ["KEY_DISABLED", "KEY_ENABLED", "THRESHOLD_REACHED"]}},
        {"name": "api_key", "type": "string"},
        {"name": "organization", "type": ["null", "string"], "default": null},
        {"name": "cause", "type": {"type": "enum", "name": "QuotaCause", "symbols": ["DAY", "MONTH"]}},
        {"name": "period_start", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "period_end", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "zone", "type": "string"},
        {"name": "limit", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 12}], "default": null},
        {"name": "spent", "type": {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 12}},
        {"name": "threshold_percent", "type": ["null", "int"], "default": null},
        {"name": "still_disabled", "type": "boolean"},
        {"name": "overshoot", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 12}], "default": null},
        {"name": "reason", "type": "string"},
        {"name": "occurred_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}');

CREATE TABLE usage_1m (
    organization STRING NOT NULL COMMENT 'Organization slug; "-" for none.',
    model STRING NOT NULL COMMENT 'Model identifier.',
    window_start TIMESTAMP(3) NOT NULL COMMENT 'Beginning, inclusive, by the calls'' own time.',
    window_end TIMESTAMP(3) NOT NULL COMMENT 'End, exclusive.',
    requests BIGINT NOT NULL COMMENT 'Calls, failed ones included.',
    errors BIGINT NOT NULL COMMENT 'Calls with status Error.',
    timeouts BIGINT NOT NULL COMMENT 'Calls with status Timeout.',
    tokens_input BIGINT NOT NULL COMMENT 'Input tokens, those read from a cache included. Not negative.',
    tokens_output BIGINT NOT NULL COMMENT 'Output tokens, reasoning tokens included. Not negative.',
    tokens_input_cached BIGINT COMMENT 'The part of tokens_input that the provider read from its prompt cache.',
    tokens_cache_write BIGINT COMMENT 'The part of tokens_input that the provider wrote to its prompt cache.',
    tokens_reasoning BIGINT COMMENT 'The part of tokens_output that was reasoning.',
    cost DECIMAL(38, 12) NOT NULL COMMENT 'US dollars: the exact sum of the calls'' costs, each rounded once to 12 places.',
    unpriced_requests BIGINT NOT NULL COMMENT 'Calls with neither a sent cost nor a price in the catalog: counted, but not in cost.',
    latency_count BIGINT NOT NULL COMMENT 'Calls with a measured latency.',
    latency_sum_ms BIGINT NOT NULL COMMENT 'Sum of the measured latencies in milliseconds.',
    latency_min_ms BIGINT COMMENT 'Smallest measured latency in milliseconds. Null: none was measured.',
    latency_max_ms BIGINT COMMENT 'Largest measured latency in milliseconds. Null: none was measured.',
    latency_p50_ms DOUBLE COMMENT 'Median latency in milliseconds, from the sketch. Null: none was measured.',
    latency_p95_ms DOUBLE COMMENT '95th percentile of latency in milliseconds, from the sketch. Null: none was measured.',
    latency_p99_ms DOUBLE COMMENT '99th percentile of latency in milliseconds, from the sketch. Null: none was measured.',
    latency_sketch BYTES NOT NULL COMMENT 'The latencies as a mergeable DDSketch (relative error 1 %), see docs/topics.md. Empty: none was measured.',
    duplicates BIGINT COMMENT 'Records that repeat a call and were not counted, by their own time: in none of the other figures. A window without calls is not shown.',
    is_final BOOLEAN COMMENT 'Whether no call that could still come is accepted for the window. A correction of prices may change it all the same, and is published so, too.',
    PRIMARY KEY (organization, model, window_start) NOT ENFORCED
) COMMENT 'What an organization used of a model in a minute, UTC.'
    WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'modelhub.analytics.usage-1m',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'key.format' = 'avro-confluent',
        'key.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7');

CREATE TABLE usage_15m COMMENT 'The same in a quarter of an hour, UTC.'
    WITH ('topic' = 'modelhub.analytics.usage-15m')
    LIKE usage_1m (OVERWRITING OPTIONS);

CREATE TABLE usage_1d COMMENT 'The same in a calendar day of the organization''s zone.'
    WITH ('topic' = 'modelhub.analytics.usage-1d')
    LIKE usage_1m (OVERWRITING OPTIONS);

CREATE TABLE usage_1mo COMMENT 'The same in a calendar month of the organization''s zone.'
    WITH ('topic' = 'modelhub.analytics.usage-1mo')
    LIKE usage_1m (OVERWRITING OPTIONS);

CREATE TABLE calendars (
    organization STRING NOT NULL COMMENT 'Organization slug; "-" for none.',
    time_zone STRING NOT NULL COMMENT 'IANA zone of all time before the first change.',
    changes ARRAY<ROW<
        set_at TIMESTAMP(3) NOT NULL,
        time_zone STRING NOT NULL> NOT NULL> COMMENT 'In their order. One whose predecessor has cut nothing yet takes its place.',
    PRIMARY KEY (organization) NOT ENFORCED
) COMMENT 'Which zone cuts an organization''s days and months, and since when.'
    WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'modelhub.analytics.calendars',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'key.format' = 'raw',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7');

CREATE TABLE key_usage_1d (
    api_key STRING NOT NULL COMMENT 'The key''s identifier.',
    organization STRING COMMENT 'Slug of the organization whose key it is. Null: a shared or unknown key.',
    window_start TIMESTAMP(3) NOT NULL COMMENT 'Beginning of the day, inclusive.',
    window_end TIMESTAMP(3) NOT NULL COMMENT 'End of the day, exclusive.',
    requests BIGINT NOT NULL COMMENT 'Calls, failed ones included.',
    errors BIGINT NOT NULL COMMENT 'Calls with status Error.',
    timeouts BIGINT NOT NULL COMMENT 'Calls with status Timeout.',
    tokens_input BIGINT NOT NULL COMMENT 'Input tokens, those read from a cache included. Not negative.',
    tokens_output BIGINT NOT NULL COMMENT 'Output tokens, reasoning tokens included. Not negative.',
    tokens_input_cached BIGINT COMMENT 'The part of tokens_input that the provider read from its prompt cache.',
    tokens_cache_write BIGINT COMMENT 'The part of tokens_input that the provider wrote to its prompt cache.',
    tokens_reasoning BIGINT COMMENT 'The part of tokens_output that was reasoning.',
    cost DECIMAL(38, 12) NOT NULL COMMENT 'US dollars: the exact sum of the calls'' costs, each rounded once to 12 places.',
    unpriced_requests BIGINT NOT NULL COMMENT 'Calls with neither a sent cost nor a price in the catalog: counted, but not in cost.',
    last_used_at TIMESTAMP(3) COMMENT 'Time of the latest call of the day.',
    latency_count BIGINT COMMENT 'Calls with a measured latency.',
    latency_sum_ms BIGINT COMMENT 'Sum of the measured latencies in milliseconds.',
    latency_min_ms BIGINT COMMENT 'Smallest measured latency in milliseconds. Null: none was measured.',
    latency_max_ms BIGINT COMMENT 'Largest measured latency in milliseconds. Null: none was measured.',
    latency_p50_ms DOUBLE COMMENT 'Median latency in milliseconds, from the sketch. Null: none was measured.',
    latency_p95_ms DOUBLE COMMENT '95th percentile of latency in milliseconds, from the sketch. Null: none was measured.',
    latency_p99_ms DOUBLE COMMENT '99th percentile of latency in milliseconds, from the sketch. Null: none was measured.',
    latency_sketch BYTES COMMENT 'The latencies as a mergeable DDSketch (relative error 1 %), see docs/topics.md. Empty: none was measured.',
    `models` ARRAY<ROW<
        model STRING,
        requests BIGINT NOT NULL,
        errors BIGINT NOT NULL,
        timeouts BIGINT NOT NULL,
        tokens_input BIGINT NOT NULL,
        tokens_output BIGINT NOT NULL,
        tokens_input_cached BIGINT NOT NULL,
        tokens_cache_write BIGINT NOT NULL,
        tokens_reasoning BIGINT NOT NULL,
        cost DECIMAL(38, 12) NOT NULL,
        unpriced_requests BIGINT NOT NULL> NOT NULL> COMMENT 'The same by model: the 50 with the largest cost, by falling cost, requests and then by name; further ones together in a last entry without a model.',
    PRIMARY KEY (api_key, window_start) NOT ENFORCED
) COMMENT 'What was used with a key in a UTC day.'
    WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'modelhub.analytics.key-usage-1d',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'key.format' = 'avro-confluent',
        'key.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7');

CREATE TABLE rule_usage_1d (
    routing_rule STRING NOT NULL COMMENT 'The rule''s identifier.',
    window_start TIMESTAMP(3) NOT NULL COMMENT 'Beginning of the day, inclusive.',
    window_end TIMESTAMP(3) NOT NULL COMMENT 'End of the day, exclusive.',
    requests BIGINT NOT NULL COMMENT 'Calls, failed ones included.',
    errors BIGINT NOT NULL COMMENT 'Calls with status Error.',
    timeouts BIGINT NOT NULL COMMENT 'Calls with status Timeout.',
    tokens_input BIGINT NOT NULL COMMENT 'Input tokens, those read from a cache included. Not negative.',
    tokens_output BIGINT NOT NULL COMMENT 'Output tokens, reasoning tokens included. Not negative.',
    tokens_input_cached BIGINT COMMENT 'The part of tokens_input that the provider read from its prompt cache.',
    tokens_cache_write BIGINT COMMENT 'The part of tokens_input that the provider wrote to its prompt cache.',
    tokens_reasoning BIGINT COMMENT 'The part of tokens_output that was reasoning.',
    cost DECIMAL(38, 12) NOT NULL COMMENT 'US dollars: the exact sum of the calls'' costs, each rounded once to 12 places.',
    unpriced_requests BIGINT NOT NULL COMMENT 'Calls with neither a sent cost nor a price in the catalog: counted, but not in cost.',
    last_used_at TIMESTAMP(3) COMMENT 'Time of the latest call of the day.',
    latency_count BIGINT COMMENT 'Calls with a measured latency.',
    latency_sum_ms BIGINT COMMENT 'Sum of the measured latencies in milliseconds.',
    latency_min_ms BIGINT COMMENT 'Smallest measured latency in milliseconds. Null: none was measured.',
    latency_max_ms BIGINT COMMENT 'Largest measured latency in milliseconds. Null: none was measured.',
    latency_p50_ms DOUBLE COMMENT 'Median latency in milliseconds, from the sketch. Null: none was measured.',
    latency_p95_ms DOUBLE COMMENT '95th percentile of latency in milliseconds, from the sketch. Null: none was measured.',
    latency_p99_ms DOUBLE COMMENT '99th percentile of latency in milliseconds, from the sketch. Null: none was measured.',
    latency_sketch BYTES COMMENT 'The latencies as a mergeable DDSketch (relative error 1 %), see docs/topics.md. Empty: none was measured.',
    `models` ARRAY<ROW<
        model STRING,
        requests BIGINT NOT NULL,
        errors BIGINT NOT NULL,
        timeouts BIGINT NOT NULL,
        tokens_input BIGINT NOT NULL,
        tokens_output BIGINT NOT NULL,
        tokens_input_cached BIGINT NOT NULL,
        tokens_cache_write BIGINT NOT NULL,
        tokens_reasoning BIGINT NOT NULL,
        cost DECIMAL(38, 12) NOT NULL,
        unpriced_requests BIGINT NOT NULL> NOT NULL> COMMENT 'The same by model: the 50 with the largest cost, by falling cost, requests and then by name; further ones together in a last entry without a model.',
    PRIMARY KEY (routing_rule, window_start) NOT ENFORCED
) COMMENT 'What was used through a routing rule in a UTC day.'
    WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'modelhub.analytics.rule-usage-1d',
        'properties.bootstrap.servers' = '127.0.0.1:9092',
        'properties.isolation.level' = 'read_committed',
        'key.format' = 'avro-confluent',
        'key.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7',
        'value.format' = 'avro-confluent',
        'value.avro-confluent.url' = 'http://127.0.0.1:8085/apis/ccompat/v7');

-- Some questions.

-- Calls and sent costs by minute, as they come in: each minute once, when the watermark has passed it.
SELECT window_start, organization, COUNT(*) AS requests, SUM(cost) AS cost
FROM TUMBLE(TABLE usage_events, DESCRIPTOR(`timestamp`), INTERVAL '1' MINUTE)
GROUP BY window_start, window_end, organization;

-- What organizations spent by day, with their names.
SELECT o.name, u.window_start, SUM(u.cost) AS cost, SUM(u.requests) AS requests
FROM usage_1d AS u JOIN organizations AS o ON o.id = u.organization
GROUP BY o.name, u.window_start;

-- Keys that may not spend, and why.
SELECT api_key, causes, k.`month`.spent AS spent, k.`month`.`limit` AS most FROM key_quotas AS k WHERE NOT enabled;

-- Prices over time.
SELECT m.id, p.effective_from, p.cost_input, p.cost_output FROM `models` AS m CROSS JOIN UNNEST(m.prices) AS p;
