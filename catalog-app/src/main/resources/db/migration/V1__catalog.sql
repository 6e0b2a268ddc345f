-- Constraints are named table__field__code: a rule that the code missed still comes out as a problem of its field.

CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % never changes', TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TABLE organization (
    id          text        NOT NULL,
    name        text        NOT NULL,
    time_zone   text        NOT NULL,
    status      text        NOT NULL,
    revision    bigint      NOT NULL CHECK (revision >= 1),
    updated_at  timestamptz NOT NULL,
    CONSTRAINT organization__id__taken PRIMARY KEY (id),
    CONSTRAINT organization__id__malformed CHECK (id ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    CONSTRAINT organization__name__length CHECK (length(btrim(name)) BETWEEN 1 AND 200),
    CONSTRAINT organization__time_zone__unknown_value CHECK (time_zone ~ '^[A-Za-z][A-Za-z0-9_+/-]{0,63}$'),
    CONSTRAINT organization__status__unknown_value CHECK (status IN ('Active', 'Inactive'))
);

CREATE TABLE provider (
    slug               text        NOT NULL,
    name               text        NOT NULL,
    description        text,
    website            text,
    documentation_url  text,
    status             text        NOT NULL,
    config             text        NOT NULL,
    revision           bigint      NOT NULL CHECK (revision >= 1),
    updated_at         timestamptz NOT NULL,
    CONSTRAINT provider__slug__taken PRIMARY KEY (slug),
    CONSTRAINT provider__name__taken UNIQUE (name),
    CONSTRAINT provider__slug__malformed CHECK (slug ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    CONSTRAINT provider__name__length CHECK (length(btrim(name)) BETWEEN 1 AND 200),
    CONSTRAINT provider__description__length CHECK (length(description) <= 2000),
    CONSTRAINT provider__website__malformed CHECK (website ~ '^https?://' AND length(website) <= 2000),
    CONSTRAINT provider__documentation_url__malformed
        CHECK (documentation_url ~ '^https?://' AND length(documentation_url) <= 2000),
    CONSTRAINT provider__status__unknown_value CHECK (status IN ('Active', 'Inactive', 'Deprecated')),
    CONSTRAINT provider__config__type CHECK (config IS JSON OBJECT)
);

CREATE TABLE model (
    uuid            uuid        NOT NULL,
    id              text        NOT NULL,
    provider        text        NOT NULL,
    name            text        NOT NULL,
    version         text,
    model_type      text        NOT NULL,
    capabilities    text[]      NOT NULL,
    config          text        NOT NULL,
    context_window  bigint,
    status          text        NOT NULL,
    revision        bigint      NOT NULL CHECK (revision >= 1),
    updated_at      timestamptz NOT NULL,
    CONSTRAINT model__uuid__taken PRIMARY KEY (uuid),
    CONSTRAINT model__name__taken UNIQUE (id),
    CONSTRAINT model__provider__unknown FOREIGN KEY (provider) REFERENCES provider (slug),
    -- The identifier is made of these three and can't drift from them. Opaque to readers: names may contain / : @.
    CONSTRAINT model__id__malformed CHECK (id = provider || '/' || name || coalesce('@' || version, '')),
    CONSTRAINT model__name__malformed CHECK (length(name) BETWEEN 1 AND 150 AND name !~ '\s'),
    CONSTRAINT model__version__malformed CHECK (length(version) BETWEEN 1 AND 40 AND version !~ '\s'),
    CONSTRAINT model__model_type__unknown_value CHECK (model_type IN ('Text', 'Code', 'Image', 'Voice', 'Video')),
    CONSTRAINT model__config__type CHECK (config IS JSON OBJECT),
    CONSTRAINT model__context_window__out_of_range CHECK (context_window >= 1),
    CONSTRAINT model__status__unknown_value CHECK (status IN ('Active', 'Inactive', 'Deprecated'))
);
CREATE INDEX model_of_provider ON model (provider);

-- Rates are US dollars per 1,000 tokens. The first period of a model has no beginning: it covers all earlier time.
CREATE TABLE model_price (
    model              uuid            NOT NULL REFERENCES model (uuid) ON DELETE CASCADE,
    period             integer         NOT NULL CHECK (period >= 1),
    effective_from     timestamptz,
    cost_input         numeric(38, 24) NOT NULL,
    cost_output        numeric(38, 24) NOT NULL,
    cost_input_cached  numeric(38, 24),
    cost_cache_write   numeric(38, 24),
    cost_reasoning     numeric(38, 24),
    PRIMARY KEY (model, period),
    CONSTRAINT model_price__effective_from__taken UNIQUE (model, effective_from),
    CONSTRAINT model_price__effective_from__malformed CHECK ((period = 1) = (effective_from IS NULL)),
    CONSTRAINT model_price__cost_input__negative CHECK (cost_input >= 0),
    CONSTRAINT model_price__cost_output__negative CHECK (cost_output >= 0),
    CONSTRAINT model_price__cost_input_cached__negative CHECK (cost_input_cached >= 0),
    CONSTRAINT model_price__cost_cache_write__negative CHECK (cost_cache_write >= 0),
    CONSTRAINT model_price__cost_reasoning__negative CHECK (cost_reasoning >= 0)
);

CREATE TABLE model_price_tier (
    model               uuid            NOT NULL,
    period              integer         NOT NULL,
    above_input_tokens  bigint          NOT NULL,
    cost_input          numeric(38, 24) NOT NULL,
    cost_output         numeric(38, 24) NOT NULL,
    cost_input_cached   numeric(38, 24),
    cost_cache_write    numeric(38, 24),
    cost_reasoning      numeric(38, 24),
    PRIMARY KEY (model, period, above_input_tokens),
    FOREIGN KEY (model, period) REFERENCES model_price (model, period) ON DELETE CASCADE,
    CONSTRAINT model_price_tier__tiers__out_of_range CHECK (above_input_tokens >= 1),
    CONSTRAINT model_price_tier__tiers__negative
        CHECK (least(cost_input, cost_output, cost_input_cached, cost_cache_write, cost_reasoning) >= 0)
);

CREATE TABLE api_key (
    id                 uuid            NOT NULL,
    organization       text,
    provider           text            NOT NULL,
    label              text            NOT NULL,
    -- Sealed under a key that the database never sees, bound to this row's id.
    secret_ciphertext  bytea           NOT NULL,
    secret_key_id      bigint          NOT NULL,
    fingerprint        text            NOT NULL CHECK (length(fingerprint) = 4),
    is_default         boolean         NOT NULL,
    is_active          boolean         NOT NULL,
    daily_quota        numeric(38, 12),
    monthly_quota      numeric(38, 12),
    revision           bigint          NOT NULL CHECK (revision >= 1),
    updated_at         timestamptz     NOT NULL,
    CONSTRAINT api_key__id__taken PRIMARY KEY (id),
    CONSTRAINT api_key__organization__unknown FOREIGN KEY (organization) REFERENCES organization (id),
    CONSTRAINT api_key__provider__unknown FOREIGN KEY (provider) REFERENCES provider (slug),
    CONSTRAINT api_key__label__length CHECK (length(btrim(label)) BETWEEN 1 AND 200),
    CONSTRAINT api_key__daily_quota__negative CHECK (daily_quota >= 0),
    CONSTRAINT api_key__monthly_quota__negative CHECK (monthly_quota >= 0)
);
CREATE INDEX api_key_of_provider ON api_key (provider);
CREATE INDEX api_key_of_organization ON api_key (organization);
-- One default for each organization and provider, and one for those that serve every organization.
CREATE UNIQUE INDEX api_key__is_default__taken ON api_key (provider, organization) NULLS NOT DISTINCT WHERE is_default;

CREATE TRIGGER organization_id BEFORE UPDATE ON organization
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_update('the id');
CREATE TRIGGER provider_slug BEFORE UPDATE ON provider
    FOR EACH ROW WHEN (OLD.slug IS DISTINCT FROM NEW.slug) EXECUTE FUNCTION refuse_update('the slug');
CREATE TRIGGER model_id BEFORE UPDATE ON model
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.uuid IS DISTINCT FROM NEW.uuid)
    EXECUTE FUNCTION refuse_update('the id');
CREATE TRIGGER api_key_id BEFORE UPDATE ON api_key
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.provider IS DISTINCT FROM NEW.provider)
    EXECUTE FUNCTION refuse_update('the id and the provider');
CREATE TRIGGER model_price_past BEFORE UPDATE ON model_price
    FOR EACH ROW EXECUTE FUNCTION refuse_update('a price period');
CREATE TRIGGER model_price_tier_past BEFORE UPDATE ON model_price_tier
    FOR EACH ROW EXECUTE FUNCTION refuse_update('a price period');
