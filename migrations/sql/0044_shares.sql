-- The parts of a line that draws on several envelopes: each once, none empty, together the amount,
-- the line's own envelope first. A rate gives one amount, so a split line has none.
CREATE FUNCTION scenario_shares_hold(shares jsonb, envelope uuid, amount bigint, rate integer)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN shares = '[]' THEN true
        WHEN jsonb_typeof(shares) <> 'array' OR jsonb_array_length(shares) < 2 THEN false
        ELSE rate IS NULL AND amount IS NOT NULL
            AND (shares -> 0 ->> 'envelope')::uuid IS NOT DISTINCT FROM envelope
            AND (SELECT sum((one ->> 'amount')::bigint) IS NOT DISTINCT FROM amount
                    AND min((one ->> 'amount')::bigint) > 0
                    AND count(DISTINCT (one ->> 'envelope')::uuid) = count(*)
                 FROM jsonb_array_elements(shares) AS one)
    END
$$;

-- They are envelopes that the funder may draw on for this call, all of one unit and one section.
CREATE FUNCTION scenario_shares_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked integer := jsonb_array_length(NEW.shares);
    held integer;
    kinds integer;
BEGIN
    SELECT count(*), count(DISTINCT (drawn.unit, drawn.section)) INTO held, kinds
    FROM scenario
    JOIN call_envelope AS part
      ON part.call_id = scenario.call_id AND part.funder_id = scenario.funder_id
    JOIN ledger_envelope AS drawn ON drawn.id = part.envelope_id
    JOIN jsonb_array_elements(NEW.shares) AS one ON (one ->> 'envelope')::uuid = drawn.id
    WHERE scenario.id = NEW.scenario_id;
    IF held <> asked THEN
        RAISE EXCEPTION 'line % draws on an envelope that is not its call''s', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF kinds <> 1 THEN
        RAISE EXCEPTION 'line % draws on envelopes of several units or sections', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION scenario_line_says(line scenario_line)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('outcome', line.outcome, 'instrument', line.instrument,
        'envelope', line.envelope_id, 'base', line.base, 'amount', line.amount,
        'rate', line.rate, 'reason', line.reason, 'shares', line.shares)
$$;
