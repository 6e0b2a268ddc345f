-- Bounds that requests are held to, where they are about several rows or about what is within an expression.

-- Whether a JsonLogic expression has at most 20 levels and 500 operators and values, counted as requests are: the elements of
-- a list and the arguments of an operator are a level below it. An escaped NUL, which json_each can't decode, counts as any.
CREATE FUNCTION is_bounded(expression text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    WITH RECURSIVE term (node, level) AS (
        SELECT replace(expression, '\u0000', '\u0001')::json, 1
        UNION ALL
        SELECT below.value, level + 1
        FROM term
        CROSS JOIN LATERAL (
            SELECT CASE json_typeof(node) WHEN 'array' THEN node END
            UNION ALL
            SELECT CASE json_typeof(value) WHEN 'array' THEN value ELSE json_build_array(value) END
            FROM json_each(CASE json_typeof(node) WHEN 'object' THEN node END)
        ) AS under (list)
        CROSS JOIN LATERAL json_array_elements(list) AS below
        WHERE level <= 20
    )
    SELECT count(*) <= 500 AND max(level) <= 20 FROM term
$$;

ALTER TABLE routing_rule ADD CONSTRAINT routing_rule__conditions__malformed
    CHECK (CASE WHEN conditions IS JSON OBJECT THEN is_bounded(conditions) END);

-- At the end of a transaction, as a rule is written before its models and they are deleted before they are written anew. The
-- rule's row is held meanwhile: two transactions don't take the last two models away, one each.
CREATE FUNCTION check_models() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed uuid;
BEGIN
    IF TG_TABLE_NAME = 'routing_rule' THEN
        changed := NEW.id;
    ELSE
        changed := OLD.rule;
    END IF;
    PERFORM FROM routing_rule WHERE id = changed FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (SELECT FROM routing_rule_model WHERE rule = changed) THEN
        RAISE EXCEPTION 'a rule has at least one model'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'routing_rule__models__length';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER routing_rule_models AFTER INSERT ON routing_rule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_models();
CREATE CONSTRAINT TRIGGER routing_rule_model_gone AFTER DELETE ON routing_rule_model
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_models();
CREATE TRIGGER routing_rule_model_rule BEFORE UPDATE ON routing_rule_model
    FOR EACH ROW WHEN (OLD.rule IS DISTINCT FROM NEW.rule) EXECUTE FUNCTION refuse_update('the rule');

-- The price's row is held, so that what another transaction adds is counted.
CREATE FUNCTION check_tiers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM model_price
        WHERE model = NEW.model AND correction = NEW.correction AND effective_from = NEW.effective_from
        FOR NO KEY UPDATE;
    IF (SELECT count(*) > 100 FROM model_price_tier
            WHERE model = NEW.model AND correction = NEW.correction AND effective_from = NEW.effective_from) THEN
        RAISE EXCEPTION 'a price has at most 100 tiers'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_price_tier__tiers__length';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER model_price_tier_new AFTER INSERT ON model_price_tier FOR EACH ROW EXECUTE FUNCTION check_tiers();
