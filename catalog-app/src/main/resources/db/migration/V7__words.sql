-- Lists of different words, and objects that are kept as they were written, within the bounds that requests are held to.

CREATE FUNCTION are_words(words text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT count(*) <= 100 AND count(*) = count(DISTINCT word)
        AND coalesce(bool_and(length(btrim(word)) >= 1 AND length(word) <= 64), true)
    FROM unnest(words) AS word
$$;

ALTER TABLE provider ADD CONSTRAINT provider__config__length CHECK (length(config) <= 65536);
ALTER TABLE model
    ADD CONSTRAINT model__config__length CHECK (length(config) <= 65536),
    ADD CONSTRAINT model__capabilities__malformed CHECK (are_words(capabilities));
ALTER TABLE routing_rule_model ADD CONSTRAINT routing_rule_model__tags__malformed CHECK (are_words(tags));
