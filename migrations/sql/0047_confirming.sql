-- The threshold of a second signature, and the account that a partner pays from, change once a
-- second person agreed: run by migration 0047.

CREATE FUNCTION setting_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'settled_by', 'settled_at'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'pending' OR to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'a change of payment settings is answered once and never rewritten'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER setting_change_stays BEFORE UPDATE OR DELETE ON payment_setting_change
    FOR EACH ROW EXECUTE FUNCTION setting_change_stays();

-- What changes is what the last change that was confirmed says, to the letter.
CREATE FUNCTION setting_is_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    threshold boolean := NEW.second_from IS NOT NULL;
    account boolean := NEW.iban_cipher IS NOT NULL;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        threshold := NEW.second_from IS DISTINCT FROM OLD.second_from;
        account := (NEW.iban_cipher, NEW.bic, NEW.debtor)
            IS DISTINCT FROM (OLD.iban_cipher, OLD.bic, OLD.debtor);
    END IF;
    IF NOT threshold AND NOT account THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM payment_setting_change c
      WHERE c.id = NEW.change_id AND c.funder_id = NEW.funder_id AND c.state = 'confirmed'
        AND (NOT threshold OR c.changes_threshold
             AND c.second_from IS NOT DISTINCT FROM NEW.second_from)
        AND (NOT account OR c.changes_account
             AND (c.iban_cipher, c.bic, c.debtor)
                 IS NOT DISTINCT FROM (NEW.iban_cipher, NEW.bic, NEW.debtor))
        AND NOT EXISTS (SELECT FROM payment_setting_change later
                        WHERE later.funder_id = c.funder_id AND later.state = 'confirmed'
                          AND later.settled_at > c.settled_at);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a second person confirms the threshold and the account first'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER setting_is_confirmed BEFORE INSERT OR UPDATE ON payment_setting
    FOR EACH ROW EXECUTE FUNCTION setting_is_confirmed();
