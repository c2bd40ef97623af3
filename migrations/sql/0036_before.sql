-- What migration 0036 changed, as it was: run when it is taken back.
DROP TRIGGER claim_of_open_instalment ON claim;
DROP FUNCTION claim_of_open_instalment();
DROP TRIGGER instalment_cut_guard ON instalment;
DROP FUNCTION instalment_cut_guard();
DROP TRIGGER deliberation_stays_withdrawn ON deliberation;

CREATE OR REPLACE FUNCTION decision_held(envelope uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT COALESCE(sum(d.amount), 0)::bigint
      FROM decision d
     WHERE d.envelope_id = envelope AND d.outcome = 'award' AND NOT EXISTS (
           SELECT FROM ledger_account a WHERE a.award_id = d.id AND a.stage = 'committed')
$$;

CREATE OR REPLACE FUNCTION payment_order_fits() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE part instalment; asked claim; given bigint; live bigint; threshold bigint;
BEGIN
    SELECT * INTO asked FROM claim WHERE id = NEW.claim_id;
    SELECT * INTO part FROM instalment WHERE id = asked.instalment_id;
    SELECT amount INTO given FROM decision WHERE id = part.decision_id
        FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount), 0) INTO live FROM payment_order
        WHERE award_id = part.decision_id AND state <> 'rejected';
    IF NEW.amount <> part.amount OR NEW.award_id <> part.decision_id
        OR live + NEW.amount > coalesce(given, 0) THEN
        RAISE EXCEPTION 'never more than the award' USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_order_fits_award';
    END IF;
    IF NEW.serial <> (SELECT coalesce(max(serial), 0) + 1 FROM payment_order
        WHERE funder_id = NEW.funder_id AND year = NEW.year) THEN
        RAISE EXCEPTION 'orders are numbered without gaps' USING ERRCODE = 'check_violation', CONSTRAINT = 'order_follows';
    END IF;
    IF asked.method = 'transfer' AND NOT EXISTS (SELECT 1 FROM bank_details b
        WHERE b.id = asked.bank_details_id AND b.state = 'agreed'
            AND b.iban_index = asked.iban_index) THEN
        RAISE EXCEPTION 'nobody agreed to this' USING ERRCODE = 'check_violation', CONSTRAINT = 'order_to_agreed_account';
    END IF;
    SELECT second_from INTO threshold FROM payment_setting
        WHERE funder_id = NEW.funder_id;
    NEW.needs_second :=
        NEW.unit = 'EUR' AND NEW.amount >= coalesce(threshold, NEW.amount + 1);
    RETURN NEW;
END; $guard$;
