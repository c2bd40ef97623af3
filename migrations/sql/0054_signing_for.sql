-- Who signs for an authority: run by migration 0054.

-- A delegation is given by whoever presides on the day of its act (CGCT L2122-19, L5211-9), to
-- somebody else, of the same authority.
CREATE FUNCTION signing_delegation_is_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM council_seat s
         WHERE s.id = NEW.given_by_id AND s.funder_id = NEW.funder_id AND s.office = 'president'
           AND s.since <= NEW.act_on AND COALESCE(s.until > NEW.act_on, true)
           AND (NEW.person_id IS NULL OR s.person_id IS DISTINCT FROM NEW.person_id)) THEN
        RAISE EXCEPTION 'delegation % is not given by whoever presides', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_delegation_is_given';
    END IF;
    RETURN NEW;
END $$;

-- It ends once, by a dated revocation, after the last signature that rests on it; nothing else of
-- it changes.
CREATE FUNCTION signing_delegation_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['revoked_on', 'revoked_number', 'revoked_by', 'revoked_at'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.revoked_on IS NOT NULL
       OR to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'a signing delegation never changes: it is revoked'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM agreement_signature g
                WHERE g.delegation_id = NEW.id AND g.entitled_on >= NEW.revoked_on) THEN
        RAISE EXCEPTION 'delegation % was used since', NEW.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Whoever signs for the authority presided on that day, or held a delegation that was executory,
-- not revoked, given by somebody who still presided, and covered the amount.
CREATE FUNCTION agreement_signature_is_entitled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    day date := (NEW.signed_at AT TIME ZONE 'Europe/Paris')::date;
BEGIN
    IF NEW.side <> 'authority' THEN
        RETURN NEW;
    END IF;
    IF NEW.before_register OR NEW.entitled_on > day
       OR NEW.method = 'code' AND NEW.entitled_on <> day OR NOT EXISTS (
        SELECT FROM agreement_act a JOIN agreement g ON g.id = a.agreement_id
          JOIN council_seat s ON s.funder_id = g.funder_id AND s.office = 'president'
           AND s.since <= NEW.entitled_on AND COALESCE(s.until > NEW.entitled_on, true)
          LEFT JOIN signing_delegation d ON d.id = NEW.delegation_id
           AND d.given_by_id = s.id AND d.funder_id = g.funder_id
           AND d.from_on <= NEW.entitled_on AND COALESCE(d.until_on >= NEW.entitled_on, true)
           AND COALESCE(d.revoked_on > NEW.entitled_on, true)
           AND (d.ceiling_cents IS NULL OR g.unit = 'EUR' AND a.amount <= d.ceiling_cents)
         WHERE a.id = NEW.act_id AND (s.id = NEW.seat_id OR d.id IS NOT NULL)
           AND COALESCE(d.name, s.name) = NEW.name
           AND (NEW.method = 'paper'
                OR CASE WHEN d.id IS NULL THEN s.person_id ELSE d.person_id END = NEW.person_id))
    THEN
        RAISE EXCEPTION 'signature % is of nobody who signs for the authority', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_signature_is_entitled';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER signing_delegation_is_given BEFORE INSERT ON signing_delegation
    FOR EACH ROW EXECUTE FUNCTION signing_delegation_is_given();
CREATE TRIGGER signing_delegation_is_kept BEFORE UPDATE OR DELETE ON signing_delegation
    FOR EACH ROW EXECUTE FUNCTION signing_delegation_is_kept();
CREATE TRIGGER agreement_signature_is_entitled BEFORE INSERT ON agreement_signature
    FOR EACH ROW EXECUTE FUNCTION agreement_signature_is_entitled();
