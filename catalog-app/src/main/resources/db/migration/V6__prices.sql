-- What was stated of a model's prices, one row each: periods (correction 0), which follow each other without gap or overlap
-- as each ends where the next begins, and corrections (1, 2, ...), which say what a stretch of the past should have cost.
-- Nothing is rewritten: a period that has begun and a correction stay for good; a planned period can be withdrawn.

DROP TRIGGER model_price_past ON model_price;
DROP TRIGGER model_price_tier_past ON model_price_tier;
ALTER TABLE model_price_tier DROP CONSTRAINT model_price_tier_model_period_fkey;
ALTER TABLE model_price DROP CONSTRAINT model_price__effective_from__malformed;

ALTER TABLE model_price
    ADD COLUMN correction integer NOT NULL DEFAULT 0,
    ADD COLUMN effective_until timestamptz,
    -- Null: stated before this was kept.
    ADD COLUMN recorded_at timestamptz,
    ADD COLUMN reason text;
ALTER TABLE model_price_tier
    ADD COLUMN correction integer NOT NULL DEFAULT 0,
    ADD COLUMN effective_from timestamptz;

UPDATE model_price SET effective_from = '-infinity' WHERE effective_from IS NULL;
UPDATE model_price_tier tier SET effective_from = price.effective_from
    FROM model_price price WHERE price.model = tier.model AND price.period = tier.period;

ALTER TABLE model_price_tier
    DROP COLUMN period,
    ALTER COLUMN correction DROP DEFAULT,
    ADD PRIMARY KEY (model, correction, effective_from, above_input_tokens);
ALTER TABLE model_price
    DROP COLUMN period,
    DROP CONSTRAINT model_price__effective_from__taken,
    ALTER COLUMN correction DROP DEFAULT,
    -- One period for each beginning: none overlaps another.
    ADD CONSTRAINT model_price__effective_from__taken PRIMARY KEY (model, correction, effective_from),
    ADD CONSTRAINT model_price__correction__malformed
        CHECK (correction >= 0 AND (correction > 0) = (effective_until IS NOT NULL)),
    -- A model's first period has no beginning: it covers all earlier time.
    ADD CONSTRAINT model_price__effective_from__out_of_range
        CHECK (effective_from >= '2000-01-01 00:00:00+00' AND effective_from < '10000-01-01 00:00:00+00'
            OR correction = 0 AND effective_from = '-infinity'),
    ADD CONSTRAINT model_price__effective_from__not_past
        CHECK (correction = 0 OR recorded_at IS NOT NULL AND effective_from <= recorded_at),
    ADD CONSTRAINT model_price__effective_until__out_of_range CHECK (effective_until > effective_from),
    ADD CONSTRAINT model_price__reason__length CHECK (length(reason) BETWEEN 1 AND 500);
CREATE UNIQUE INDEX model_price__correction__taken ON model_price (model, correction) WHERE correction > 0;
ALTER TABLE model_price_tier
    ADD CONSTRAINT model_price_tier__tiers__unknown FOREIGN KEY (model, correction, effective_from)
        REFERENCES model_price (model, correction, effective_from) ON DELETE CASCADE;

-- A period begins at least 60 s after it was stated, so that every reader knows it in time; what is stated together with the
-- first price may lie in the past, as nothing was charged yet.
CREATE FUNCTION check_new_price() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first_stated timestamptz;
BEGIN
    IF NEW.effective_from = '-infinity' THEN
        RETURN NEW;
    END IF;
    SELECT recorded_at INTO first_stated FROM model_price
        WHERE model = NEW.model AND correction = 0 AND effective_from = '-infinity';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a model''s first price covers all earlier time'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_price__effective_from__first_price';
    END IF;
    IF NEW.correction = 0 AND first_stated IS DISTINCT FROM NEW.recorded_at
            AND NEW.effective_from < NEW.recorded_at + interval '60 seconds' THEN
        RAISE EXCEPTION 'a price begins at least 60 s after it was stated'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_price__effective_from__too_soon';
    END IF;
    RETURN NEW;
END $$;

-- Only a period that has not begun goes, or all of them with their model.
CREATE FUNCTION check_gone_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.correction > 0 OR OLD.effective_from <= now()) AND EXISTS (SELECT FROM model WHERE uuid = OLD.model) THEN
        RAISE EXCEPTION 'a price that has begun stays'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'model_price__effective_from__begun';
    END IF;
    RETURN OLD;
END $$;

-- Tiers go with their price alone.
CREATE FUNCTION check_gone_tier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM model_price
            WHERE model = OLD.model AND correction = OLD.correction AND effective_from = OLD.effective_from) THEN
        RAISE EXCEPTION 'a tier stays as long as its price'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'model_price_tier__tiers__begun';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER model_price_new BEFORE INSERT ON model_price FOR EACH ROW EXECUTE FUNCTION check_new_price();
CREATE TRIGGER model_price_gone BEFORE DELETE ON model_price FOR EACH ROW EXECUTE FUNCTION check_gone_price();
CREATE TRIGGER model_price_tier_gone BEFORE DELETE ON model_price_tier FOR EACH ROW EXECUTE FUNCTION check_gone_tier();
CREATE TRIGGER model_price_past BEFORE UPDATE ON model_price
    FOR EACH ROW EXECUTE FUNCTION refuse_update('a price');
CREATE TRIGGER model_price_tier_past BEFORE UPDATE ON model_price_tier
    FOR EACH ROW EXECUTE FUNCTION refuse_update('a price');
