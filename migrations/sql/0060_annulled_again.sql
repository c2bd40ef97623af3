-- What an annulled act decided is decided again: run by migration 0060.

-- As in 0036; and an annulled act reopens all that it decided, once nothing of it is committed.
CREATE OR REPLACE FUNCTION decision_reopening_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM decision d JOIN deliberation l ON l.id = d.deliberation_id
                WHERE d.id = NEW.decision_id
                  AND ((NEW.why = 'act_withdrawn') <> (l.withdrawn_on IS NOT NULL)
                       OR (NEW.why = 'act_annulled') <> EXISTS (
                           SELECT FROM annulment n WHERE n.deliberation_id = l.id))) THEN
        RAISE EXCEPTION 'the act of this decision stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reopened_with_its_act';
    END IF;
    IF NEW.why = 'appeal' AND EXISTS (
        SELECT FROM decision d WHERE d.id = NEW.decision_id AND d.outcome = 'award') THEN
        RAISE EXCEPTION 'an award is withdrawn, never reopened'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'awards_stand';
    END IF;
    IF NEW.why = 'act_annulled' AND EXISTS (
        SELECT FROM ledger_account a WHERE a.award_id = NEW.decision_id
           AND a.stage IN ('committed', 'ordered') AND a.balance <> 0) THEN
        RAISE EXCEPTION 'this award still holds money'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'annulled_awards_hold_nothing';
    END IF;
    RETURN NEW;
END $$;
