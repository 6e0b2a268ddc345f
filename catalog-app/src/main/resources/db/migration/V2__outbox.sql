-- Records that are committed and not yet on their topics, in commit order.
CREATE TABLE outbox (
    sequence    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic       text        NOT NULL,
    key         text        NOT NULL,
    -- An Avro record with its schema's fingerprint (Avro single-object encoding); null: a tombstone.
    payload     bytea,
    written_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
