-- A key that was rebuilt from its topic has no secret until somebody gives it one again; its fingerprint tells which.
ALTER TABLE api_key
    ALTER secret_ciphertext DROP NOT NULL,
    ALTER secret_key_id DROP NOT NULL,
    ADD CONSTRAINT api_key__key__malformed CHECK ((secret_ciphertext IS NULL) = (secret_key_id IS NULL));

-- What is left under a previous key-encryption key.
CREATE INDEX api_key_of_secret_key ON api_key (secret_key_id, id);
