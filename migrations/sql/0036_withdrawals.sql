-- Awards taken back, acts that fail, decisions reopened: run by migration 0036.

-- As in 0029; what an act that was withdrawn, or an appeal, reopened holds nothing any more.
CREATE OR REPLACE FUNCTION decision_held(envelope uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT COALESCE(sum(d.amount), 0)::bigint
      FROM decision d
     WHERE d.envelope_id = envelope AND d.outcome = 'award' AND NOT EXISTS (
           SELECT FROM ledger_account a WHERE a.award_id = d.id AND a.stage = 'committed')
       AND NOT EXISTS (SELECT FROM decision_reopening r WHERE r.decision_id = d.id)
$$;

-- As in 0032; and never more than what withdrawals left of the instalment and of the award.
CREATE OR REPLACE FUNCTION payment_order_fits() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE part instalment; asked claim; given bigint; live bigint; threshold bigint;
    taken bigint;
BEGIN
    SELECT * INTO asked FROM claim WHERE id = NEW.claim_id;
    SELECT * INTO part FROM instalment WHERE id = asked.instalment_id;
    SELECT amount INTO given FROM decision WHERE id = part.decision_id
        FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount), 0) INTO live FROM payment_order
        WHERE award_id = part.decision_id AND state <> 'rejected';
    SELECT coalesce(sum(cut), 0) INTO taken FROM instalment
        WHERE decision_id = part.decision_id;
    IF NEW.amount <> part.amount - part.cut OR NEW.award_id <> part.decision_id
        OR live + NEW.amount > coalesce(given, 0) - taken THEN
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

-- An act is withdrawn once; an award stands as long as its act does.
CREATE FUNCTION decision_reopening_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM decision d JOIN deliberation l ON l.id = d.deliberation_id
                WHERE d.id = NEW.decision_id
                  AND (NEW.why = 'act_withdrawn') <> (l.withdrawn_on IS NOT NULL)) THEN
        RAISE EXCEPTION 'the act of this decision stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reopened_with_its_act';
    END IF;
    IF NEW.why = 'appeal' AND EXISTS (
        SELECT FROM decision d WHERE d.id = NEW.decision_id AND d.outcome = 'award') THEN
        RAISE EXCEPTION 'an award is withdrawn, never reopened'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'awards_stand';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_reopening_guard BEFORE INSERT ON decision_reopening
    FOR EACH ROW EXECUTE FUNCTION decision_reopening_guard();
CREATE TRIGGER decision_reopening_is_final BEFORE UPDATE OR DELETE ON decision_reopening
    FOR EACH ROW EXECUTE FUNCTION decision_is_final();
CREATE TRIGGER deliberation_stays_withdrawn
    BEFORE UPDATE OF withdrawn_on, withdrawal_reason, withdrawn_by, withdrawn_at,
                     transmitted_on, published_on, made_executory_on ON deliberation
    FOR EACH ROW WHEN (OLD.withdrawn_on IS NOT NULL)
    EXECUTE FUNCTION decision_is_final();

-- What was announced never changes, nor what was decided, nor what was booked; and withdrawals
-- together never take more than the award.
CREATE FUNCTION withdrawal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'observations', 'observed_by', 'observed_at', 'hearing_asked',
        'heard_on', 'heard_note', 'act', 'decided_on', 'decided_amount', 'motives', 'decided_by',
        'decided_at', 'executory_on', 'repay_by', 'cancelled', 'to_claim', 'booked_by',
        'booked_at', 'title', 'claimed_on', 'claimed_by', 'dropped_by', 'dropped_at',
        'drop_reason'];
    booked text[] := ARRAY['title', 'claimed_on', 'claimed_by'];
    after_decision text[] := booked || ARRAY['state', 'executory_on', 'repay_by', 'cancelled',
        'to_claim', 'booked_by', 'booked_at', 'dropped_by', 'dropped_at', 'drop_reason'];
    free text[];
    given bigint;
    others bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a withdrawal is dropped, never deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        free := CASE OLD.state WHEN 'effective' THEN booked WHEN 'decided' THEN after_decision
                    ELSE loose END;
        IF OLD.state = 'dropped' OR OLD.title <> ''
            OR to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
            RAISE EXCEPTION 'what was announced, decided or booked never changes'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.state IN ('decided', 'effective') THEN
        SELECT amount INTO given FROM decision WHERE id = NEW.decision_id FOR NO KEY UPDATE;
        SELECT coalesce(sum(decided_amount), 0) INTO others FROM withdrawal
         WHERE decision_id = NEW.decision_id AND id <> NEW.id
           AND state IN ('decided', 'effective');
        IF others + NEW.decided_amount > coalesce(given, 0) THEN
            RAISE EXCEPTION 'never more than the award'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'withdrawal_fits_award';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER withdrawal_guard BEFORE INSERT OR UPDATE OR DELETE ON withdrawal
    FOR EACH ROW EXECUTE FUNCTION withdrawal_guard();

CREATE FUNCTION withdrawal_recovery_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked withdrawal; back bigint;
BEGIN
    SELECT * INTO asked FROM withdrawal WHERE id = NEW.withdrawal_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount), 0) INTO back FROM withdrawal_recovery
     WHERE withdrawal_id = NEW.withdrawal_id;
    IF asked.title = '' OR back + NEW.amount > asked.to_claim THEN
        RAISE EXCEPTION 'never more than what was asked back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_fits_claim';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER withdrawal_recovery_fits BEFORE INSERT ON withdrawal_recovery
    FOR EACH ROW EXECUTE FUNCTION withdrawal_recovery_fits();
CREATE TRIGGER withdrawal_recovery_is_final BEFORE UPDATE OR DELETE ON withdrawal_recovery
    FOR EACH ROW EXECUTE FUNCTION decision_is_final();
CREATE TRIGGER withdrawal_file_is_final BEFORE UPDATE OR DELETE ON withdrawal_file
    FOR EACH ROW EXECUTE FUNCTION decision_is_final();

-- What was taken off an instalment stays off, and nothing is taken off one that is ordered.
CREATE FUNCTION instalment_cut_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.cut < OLD.cut OR EXISTS (
        SELECT FROM claim c JOIN payment_order o ON o.claim_id = c.id AND o.state <> 'rejected'
         WHERE c.instalment_id = NEW.id) THEN
        RAISE EXCEPTION 'a cut grows, and spares what is ordered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cut_spares_ordered';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER instalment_cut_guard BEFORE UPDATE OF cut ON instalment
    FOR EACH ROW WHEN (NEW.cut <> OLD.cut) EXECUTE FUNCTION instalment_cut_guard();

CREATE FUNCTION claim_of_open_instalment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM instalment i
                WHERE i.id = NEW.instalment_id AND i.cut = i.amount FOR SHARE) THEN
        RAISE EXCEPTION 'this instalment was withdrawn'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_of_open_instalment';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_of_open_instalment BEFORE INSERT ON claim
    FOR EACH ROW EXECUTE FUNCTION claim_of_open_instalment();
