-- Whose key it was before: a call counts for who owned the key when it was written, whenever somebody computes that.
CREATE TABLE api_key_former_owner (
    api_key       uuid         NOT NULL REFERENCES api_key (id) ON DELETE CASCADE,
    position      integer      NOT NULL,
    -- Not a reference: an organization that no longer has the key can be deleted, and its calls stay its own.
    organization  text,
    owned_until   timestamptz  NOT NULL,
    PRIMARY KEY (api_key, position)
);
