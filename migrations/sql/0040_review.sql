-- What a second reading asked of the money's path: run by migration 0040.

-- As in 0032; and what was given as a first account may be told to be a change, while it waits.
CREATE OR REPLACE FUNCTION bank_details_stay() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
    free text[] := ARRAY['state', 'answered_by', 'answered_at', 'note'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.replaces_id IS NULL THEN
        free := free || ARRAY['replaces_id'];
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'pending' OR to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'bank details are answered once and never changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END; $guard$;

-- An order to pay rests on what was claimed: another account is another claim.
CREATE FUNCTION claim_keeps_its_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a claim keeps its account: it is sent back, and made again'
        USING ERRCODE = 'restrict_violation';
END $$;

-- Orders to one beneficiary that are not paid yet count together: no payment is cut in two to
-- pass below the threshold. After payment_order_fits, in the order of their names.
CREATE FUNCTION payment_order_second() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    threshold bigint;
    waiting bigint;
BEGIN
    SELECT second_from INTO threshold FROM payment_setting WHERE funder_id = NEW.funder_id;
    IF threshold IS NULL OR NEW.unit <> 'EUR' OR NEW.needs_second THEN
        RETURN NEW;
    END IF;
    SELECT coalesce(sum(o.amount), 0) INTO waiting
      FROM payment_order o
      JOIN application a ON a.id = o.application_id
      JOIN application mine ON mine.id = NEW.application_id
     WHERE o.funder_id = NEW.funder_id AND o.unit = 'EUR' AND o.state IN ('prepared', 'approved')
       AND coalesce(a.organisation_id, a.author_id)
         = coalesce(mine.organisation_id, mine.author_id);
    NEW.needs_second := waiting + NEW.amount >= threshold;
    RETURN NEW;
END $$;

CREATE TRIGGER claim_keeps_its_account
    BEFORE UPDATE OF instalment_id, method, iban_cipher, iban_index, bank_details_id ON claim
    FOR EACH ROW
    WHEN ((NEW.instalment_id, NEW.method, NEW.iban_cipher, NEW.iban_index, NEW.bank_details_id)
        IS DISTINCT FROM
        (OLD.instalment_id, OLD.method, OLD.iban_cipher, OLD.iban_index, OLD.bank_details_id))
    EXECUTE FUNCTION claim_keeps_its_account();
CREATE TRIGGER payment_order_second BEFORE INSERT ON payment_order
    FOR EACH ROW EXECUTE FUNCTION payment_order_second();
