-- A booking finds its answers by key, one after the other: run by migration 0057.

-- All that was ever committed out of credits for an award, less what was given back: of an entry
-- that is being sealed too. The postings hold the award's account locked, so that two at once are
-- counted together.
CREATE FUNCTION ledger_committed(award uuid, sealing uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT sum(p.amount)::bigint
      FROM ledger_account a
      JOIN ledger_posting p ON p.account_id = a.id
      LEFT JOIN ledger_entry e ON e.id = p.entry_id
     WHERE a.award_id = award AND a.stage = 'committed'
       AND (p.entry_id = sealing OR e.operation IN ('commit', 'commit_reserved', 'decommit'))
$$;

-- Everything that an entry is asked, in one look at its postings, which come before it: each
-- envelope balances, hence each unit; money takes the walk of its operation; what leaves credits
-- for `committed` has the warrant of its funder, and of a decision no more than it gave, out of its
-- envelope (before: migration 0043); a closed year takes no more. Then its number and its link: the
-- same text as grants.ledger.verify.canonical, byte for byte. The book is locked here, last, so
-- that a closing that went first is seen and one that waits sees us.
CREATE OR REPLACE FUNCTION ledger_entry_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given ledger_entry := NEW;
    op ledger_operation;
    lines text;
    annual boolean;
    bare text;
    beyond text;
    closed timestamptz;
    fault text;
BEGIN
    SELECT * INTO op FROM ledger_operation WHERE name = NEW.operation;
    SELECT count(*), string_agg(legs.line, ',' ORDER BY legs.position),
           bool_or(legs.kind <> 'authorisation'), min(legs.bare), min(legs.beyond),
           CASE WHEN op.name IS NULL THEN 'names no operation'
                WHEN count(*) < 2 THEN 'moves nothing'
                WHEN bool_or(legs.book_id <> NEW.book_id) THEN 'touches another book'
                WHEN bool_or(legs.lopsided) THEN 'does not balance'
                WHEN NOT bool_and(legs.walks) THEN 'does not walk as its operation says' END
      INTO NEW.posting_count, lines, annual, bare, beyond, fault
      FROM (SELECT p.position, v.book_id, v.kind,
                   sum(p.amount) OVER (PARTITION BY a.envelope_id,
                       CASE WHEN op.source_award AND op.target_award THEN a.award_id END
                   ) <> 0 AS lopsided,
                   (a.stage = op.source AND (p.amount < 0 OR op.reversible))
                   OR (a.stage = op.target AND (p.amount > 0 OR op.reversible)) AS walks,
                   CASE WHEN a.stage = 'committed' AND p.amount > 0
                         AND NOT op.source_award AND op.answers IS NULL AND w.award_id IS NULL
                        THEN a.award_id::text END AS bare,
                   CASE WHEN d.envelope_id IS DISTINCT FROM a.envelope_id
                         OR d.amount < ledger_committed(d.id, NEW.id)
                        THEN d.id::text END AS beyond,
                   format('{"account":"%s","amount":%s,"award":%s,"envelope":"%s",'
                          '"section":"%s","stage":"%s","unit":"%s"}',
                          a.id, p.amount, COALESCE('"' || a.award_id || '"', 'null'), v.id,
                          v.section, a.stage, v.unit) AS line
              FROM ledger_posting p
              JOIN ledger_account a ON a.id = p.account_id
              JOIN ledger_envelope v ON v.id = a.envelope_id
              LEFT JOIN ledger_warrant w
                ON w.award_id = a.award_id AND w.executory_on <= NEW.booked_on
               AND w.funder_id = (SELECT funder_id FROM ledger_book WHERE id = NEW.book_id)
              LEFT JOIN decision d
                ON d.id = a.award_id AND a.stage = 'committed'
               AND NEW.operation IN ('commit', 'commit_reserved')
             WHERE p.entry_id = NEW.id) AS legs;
    UPDATE ledger_book b SET last_number = b.last_number + 1,
           last_hash = sha256(b.last_hash || convert_to(format(
        '{"actor":"%s","answers":%s,"at":"%s","book":"%s","created":"%s","funder":"%s",'
        '"id":"%s","key":%s,"number":%s,"on":"%s","operation":%s,"postings":[%s],"reason":%s,'
        '"request":"%s","year":%s}',
        NEW.actor_id, COALESCE('"' || NEW.answers_id || '"', 'null'),
        to_char(NEW.booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), b.id,
        to_char(NEW.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        b.funder_id, NEW.id, to_json(NEW.key), b.last_number + 1,
        to_char(NEW.booked_on, 'YYYY-MM-DD'), to_json(NEW.operation), lines,
        to_json(NEW.reason), encode(NEW.request, 'hex'), b.year), 'UTF8'))
     WHERE b.id = NEW.book_id
    RETURNING WITH (OLD AS before) before.last_hash, b.last_number, b.last_hash, b.closed_at
      INTO STRICT NEW.previous_hash, NEW.number, NEW.hash, closed;
    fault := CASE
        WHEN fault IS NOT NULL THEN fault
        WHEN bare IS NOT NULL THEN format('commits award %s, whose act is not executory', bare)
        WHEN beyond IS NOT NULL THEN format('commits more than award %s was given', beyond)
        WHEN closed IS NOT NULL AND NOT op.after_closing AND annual THEN
            'is booked in a closed year'
        WHEN op.name = 'order' OR op.counterpart = 'same_book' OR op.answers IS NOT NULL
            OR NEW.answers_id IS NOT NULL THEN ledger_fault(NEW, op) END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'entry % %', NEW.number, fault
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF given.number <> NEW.number OR given.hash <> NEW.hash
        OR given.previous_hash <> NEW.previous_hash OR given.posting_count <> NEW.posting_count
    THEN
        RAISE EXCEPTION 'an entry is numbered and chained by the ledger alone'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER ledger_entry_is_warranted_whole ON ledger_entry;
DROP FUNCTION ledger_entry_is_warranted_whole();
