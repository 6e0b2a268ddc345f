-- What usage events may name: no dots. Rows of before may be deleted, not written anew.
ALTER TABLE organization
    DROP CONSTRAINT organization__id__malformed,
    ADD CONSTRAINT organization__id__malformed CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,63}$') NOT VALID;

-- Who changed what, when, from what to what. Sequences rise in the order of commits.
CREATE TABLE audit (
    sequence   bigint      GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    action     text        NOT NULL,
    entity     text        NOT NULL,
    entity_id  text        NOT NULL,
    revision   bigint,
    changes    text        NOT NULL,
    CONSTRAINT audit__sequence__taken PRIMARY KEY (sequence),
    CONSTRAINT audit__changes__type CHECK (changes IS JSON OBJECT)
);
CREATE INDEX audit_of_entity ON audit (entity, entity_id, sequence);
CREATE INDEX audit_of_id ON audit (entity_id, sequence);
CREATE INDEX audit_of_action ON audit (action, sequence);
CREATE INDEX audit_of_actor ON audit (actor, sequence);
CREATE INDEX audit_at ON audit (at);

CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_is_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

-- Creations that a client may repeat, with what they were answered. Without an answer only within their transaction.
CREATE TABLE idempotency_key (
    key         text        NOT NULL PRIMARY KEY,
    -- Of path and body, under a key that the database never sees: the body may hold a secret.
    digest      bytea       NOT NULL,
    location    text,
    entity_tag  text,
    body        text,
    written_at  timestamptz NOT NULL
);
CREATE INDEX idempotency_key_written_at ON idempotency_key (written_at);

-- One index for each order in which a list is read, and for filters that keep little of it. Models are listed by id, providers
-- by slug and by name through their unique constraints.
CREATE INDEX organization_by_name ON organization (name, id);
CREATE INDEX organization_by_time ON organization (updated_at, id);
CREATE INDEX provider_by_time ON provider (updated_at, slug);
CREATE INDEX model_by_name ON model (name, id);
CREATE INDEX model_by_time ON model (updated_at, id);
DROP INDEX model_of_provider;
CREATE INDEX model_of_provider ON model (provider, id);
CREATE INDEX model_capabilities ON model USING gin (capabilities);
CREATE INDEX api_key_by_label ON api_key (label, id);
CREATE INDEX api_key_by_time ON api_key (updated_at, id);
DROP INDEX api_key_of_provider;
CREATE INDEX api_key_of_provider ON api_key (provider, id);
-- Keys that serve every organization are listed as those of '-', which is reserved for none.
CREATE INDEX api_key_listed_of_organization ON api_key (coalesce(organization, '-'), id);
