-- The gate between the vote and the money: run by migration 0029 (docs/adr/0009-the-gate.md).

-- Nobody writes a warrant by hand: it is written by the act that became executory, or not at all.
CREATE FUNCTION ledger_warrant_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'ledger_warrant is written by an act that becomes executory'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION deliberation_warrants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_warrant (award_id, funder_id, act, executory_on)
    SELECT d.id, NEW.funder_id, NEW.number, NEW.made_executory_on
      FROM decision d
     WHERE d.deliberation_id = NEW.id AND d.envelope_id IS NOT NULL
     ORDER BY d.id
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- What reaches `committed` from the credits themselves, and not from another account of its award
-- nor from an earlier book, needs the warrant of its funder, on the day of the entry at the latest.
CREATE FUNCTION ledger_entry_is_warranted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bare uuid;
BEGIN
    SELECT a.award_id INTO bare
      FROM ledger_operation op
      JOIN ledger_posting p ON p.entry_id = NEW.id AND p.amount > 0
      JOIN ledger_account a ON a.id = p.account_id AND a.stage = 'committed'
     WHERE op.name = NEW.operation AND NOT op.source_award AND op.answers IS NULL
       AND NOT EXISTS (
           SELECT FROM ledger_warrant w
             JOIN ledger_book b ON b.id = NEW.book_id AND b.funder_id = w.funder_id
            WHERE w.award_id = a.award_id AND w.executory_on <= NEW.booked_on)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % commits award %, whose act is not executory', NEW.number, bare
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

-- Awards that were voted and are not committed yet, envelope by envelope: what they hold.
CREATE FUNCTION decision_held(envelope uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT COALESCE(sum(d.amount), 0)::bigint
      FROM decision d
     WHERE d.envelope_id = envelope AND d.outcome = 'award' AND NOT EXISTS (
           SELECT FROM ledger_account a WHERE a.award_id = d.id AND a.stage = 'committed')
$$;

CREATE FUNCTION decision_keeps_its_reserve() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM ledger_posting p
       JOIN ledger_account a ON a.id = p.account_id AND a.stage = 'reserved'
      WHERE p.entry_id = NEW.id AND a.balance < decision_held(a.envelope_id);
    IF FOUND THEN
        RAISE EXCEPTION 'entry % releases what voted awards hold', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_warrant_guard BEFORE INSERT ON ledger_warrant
    FOR EACH ROW EXECUTE FUNCTION ledger_warrant_guard();
CREATE TRIGGER ledger_warrant_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger_warrant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deliberation_warrants AFTER INSERT OR UPDATE OF made_executory_on ON deliberation
    FOR EACH ROW WHEN (NEW.made_executory_on IS NOT NULL)
    EXECUTE FUNCTION deliberation_warrants();
CREATE TRIGGER deliberation_stays_executory
    BEFORE UPDATE OF made_executory_on, transmitted_on, published_on, receipt ON deliberation
    FOR EACH ROW WHEN (OLD.made_executory_on IS NOT NULL)
    EXECUTE FUNCTION decision_is_final();
CREATE TRIGGER ledger_entry_is_warranted AFTER INSERT ON ledger_entry
    FOR EACH ROW WHEN (NEW.answers_id IS NULL) EXECUTE FUNCTION ledger_entry_is_warranted();
CREATE TRIGGER decision_keeps_its_reserve AFTER INSERT ON ledger_entry
    FOR EACH ROW WHEN (NEW.operation = 'release') EXECUTE FUNCTION decision_keeps_its_reserve();
