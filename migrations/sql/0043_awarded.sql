-- What a commitment may hold of an award that was decided: run by migration 0043.

-- All that was ever committed out of credits for an award, less what was given back, is what was
-- decided at most, and out of the envelope of its decision. After ledger_entry_is_warranted, in
-- the order of their names; the postings hold the award's account locked, so that two at once
-- are counted together. Awards that no decision knows have a warrant of the owner alone.
CREATE FUNCTION ledger_entry_is_warranted_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    beyond uuid;
BEGIN
    SELECT d.id INTO beyond
      FROM ledger_posting p
      JOIN ledger_account a ON a.id = p.account_id AND a.stage = 'committed'
      JOIN decision d ON d.id = a.award_id
     WHERE p.entry_id = NEW.id
       AND (d.envelope_id IS DISTINCT FROM a.envelope_id OR d.amount < (
           SELECT sum(q.amount)
             FROM ledger_account b
             JOIN ledger_posting q ON q.account_id = b.id
             JOIN ledger_entry e ON e.id = q.entry_id
            WHERE b.award_id = d.id AND b.stage = 'committed'
              AND e.operation IN ('commit', 'commit_reserved', 'decommit')))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % commits more than award % was given', NEW.number, beyond
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_is_warranted_whole AFTER INSERT ON ledger_entry
    FOR EACH ROW WHEN (NEW.operation IN ('commit', 'commit_reserved'))
    EXECUTE FUNCTION ledger_entry_is_warranted_whole();
