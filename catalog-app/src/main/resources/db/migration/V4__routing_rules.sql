CREATE TABLE routing_rule (
    id                  uuid              NOT NULL,
    organization        text,
    name                text              NOT NULL,
    description         text,
    priority            bigint            NOT NULL,
    model_type          text              NOT NULL,
    conditions          text              NOT NULL,
    max_error_rate      double precision,
    max_latency_p95_ms  bigint,
    min_calls           bigint            NOT NULL,
    revision            bigint            NOT NULL CHECK (revision >= 1),
    updated_at          timestamptz       NOT NULL,
    CONSTRAINT routing_rule__id__taken PRIMARY KEY (id),
    CONSTRAINT routing_rule__organization__unknown FOREIGN KEY (organization) REFERENCES organization (id),
    CONSTRAINT routing_rule__name__length CHECK (length(btrim(name)) BETWEEN 1 AND 200),
    CONSTRAINT routing_rule__description__length CHECK (length(description) <= 2000),
    CONSTRAINT routing_rule__priority__out_of_range CHECK (priority BETWEEN 1 AND 100),
    CONSTRAINT routing_rule__model_type__unknown_value
        CHECK (model_type IN ('Text', 'Code', 'Image', 'Voice', 'Video')),
    CONSTRAINT routing_rule__conditions__type CHECK (conditions IS JSON OBJECT),
    CONSTRAINT routing_rule__conditions__length CHECK (length(conditions) <= 16384),
    CONSTRAINT routing_rule__max_error_rate__out_of_range CHECK (max_error_rate BETWEEN 0 AND 1),
    CONSTRAINT routing_rule__max_latency_p95_ms__out_of_range CHECK (max_latency_p95_ms BETWEEN 1 AND 86400000),
    CONSTRAINT routing_rule__min_calls__out_of_range CHECK (min_calls BETWEEN 1 AND 1000000000)
);
-- General rules are listed as those of '-', which is reserved for none.
CREATE INDEX routing_rule_listed_of_organization ON routing_rule (coalesce(organization, '-'), id);
CREATE INDEX routing_rule_of_organization ON routing_rule (organization);
CREATE INDEX routing_rule_by_name ON routing_rule (name, id);
CREATE INDEX routing_rule_by_priority ON routing_rule (priority, id);
CREATE INDEX routing_rule_by_time ON routing_rule (updated_at, id);

CREATE TABLE routing_rule_model (
    rule      uuid              NOT NULL REFERENCES routing_rule (id) ON DELETE CASCADE,
    position  integer           NOT NULL,
    model     text              NOT NULL,
    weight    double precision  NOT NULL,
    notes     text,
    tags      text[]            NOT NULL,
    PRIMARY KEY (rule, position),
    CONSTRAINT routing_rule_model__models__duplicate UNIQUE (rule, model),
    CONSTRAINT routing_rule_model__models__unknown FOREIGN KEY (model) REFERENCES model (id),
    -- A hundred of the largest are still far below what a double holds; NaN and infinity are out too.
    CONSTRAINT routing_rule_model__weight__out_of_range CHECK (weight BETWEEN 0.000001 AND 1000000),
    CONSTRAINT routing_rule_model__notes__length CHECK (length(notes) <= 2000),
    CONSTRAINT routing_rule_model__models__length CHECK (position BETWEEN 0 AND 99)
);
CREATE INDEX routing_rule_model_of_model ON routing_rule_model (model);

CREATE TRIGGER routing_rule_id BEFORE UPDATE ON routing_rule
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_update('the id');
