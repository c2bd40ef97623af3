-- A booking asks each of its questions once: run by migration 0046 (docs/adr/0012-one-look.md).

-- As in 0031; and it lies in an envelope that there is: one never goes and keeps its id, so that
-- no foreign key need lock it at each account.
CREATE OR REPLACE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_kind text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT kind INTO of_kind FROM ledger_envelope WHERE id = NEW.envelope_id;
        IF of_kind IS NULL THEN
            RAISE EXCEPTION 'an account lies in an envelope'
                USING ERRCODE = 'foreign_key_violation';
        ELSIF of_kind = 'authorisation'
            AND NEW.stage IN ('ordered', 'paid', 'claim_contra', 'claimed', 'recovered') THEN
            RAISE EXCEPTION 'nothing is ordered on an authorisation'
                USING ERRCODE = 'integrity_constraint_violation';
        ELSIF NEW.balance = 0 THEN
            NEW.id := ledger_account_id(NEW.envelope_id, NEW.stage, NEW.award_id);
            RETURN NEW;
        END IF;
    ELSIF pg_trigger_depth() > 1
        AND (NEW.id, NEW.created_at, NEW.envelope_id, NEW.stage) = (
            OLD.id, OLD.created_at, OLD.envelope_id, OLD.stage)
        AND NEW.award_id IS NOT DISTINCT FROM OLD.award_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'ledger_account moves only with its postings'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Postings are numbered from one without gaps, each after the one before it: whoever wrote the
-- first writes them all, in one transaction, and no other connection slips one in. Only the first
-- asks at commit for its entry (ledger_posting_is_covered); the entry counts them all.
CREATE OR REPLACE FUNCTION ledger_postings_land() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late boolean;
    stray boolean;
    touched bigint;
    moved bigint;
BEGIN
    SELECT bool_or(e.id IS NOT NULL), bool_or(f.position > 1 AND p.position IS NULL),
           count(DISTINCT f.account_id)
      INTO late, stray, touched
      FROM fresh f
      LEFT JOIN ledger_entry e ON e.id = f.entry_id
      LEFT JOIN ledger_posting p ON p.entry_id = f.entry_id AND p.position = f.position - 1;
    IF late THEN
        RAISE EXCEPTION 'an entry that is written takes no further posting'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF stray THEN
        RAISE EXCEPTION 'a posting belongs to no entry that covers it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE ledger_account a SET balance = a.balance + moved.amount
      FROM (SELECT account_id, sum(amount)::bigint AS amount FROM fresh
             GROUP BY account_id) AS moved
     WHERE a.id = moved.account_id;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> touched THEN
        RAISE EXCEPTION 'a posting moves an account' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

-- Everything that an entry is asked, in one look at its postings, which come before it: each
-- envelope balances, hence each unit; money takes the walk of its operation; what leaves credits
-- for `committed` has the warrant of its funder; a closed year takes no more. Then its number and
-- its link: the same text as grants.ledger.verify.canonical, byte for byte. The book is locked
-- here, last, so that a closing that went first is seen and one that waits sees us.
CREATE OR REPLACE FUNCTION ledger_entry_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given ledger_entry := NEW;
    op ledger_operation;
    lines text;
    annual boolean;
    bare text;
    closed timestamptz;
    fault text;
BEGIN
    SELECT * INTO op FROM ledger_operation WHERE name = NEW.operation;
    SELECT count(*), string_agg(legs.line, ',' ORDER BY legs.position),
           bool_or(legs.kind <> 'authorisation'), min(legs.bare),
           CASE WHEN op.name IS NULL THEN 'names no operation'
                WHEN count(*) < 2 THEN 'moves nothing'
                WHEN bool_or(legs.book_id <> NEW.book_id) THEN 'touches another book'
                WHEN bool_or(legs.lopsided) THEN 'does not balance'
                WHEN NOT bool_and(legs.walks) THEN 'does not walk as its operation says' END
      INTO NEW.posting_count, lines, annual, bare, fault
      FROM (SELECT p.position, v.book_id, v.kind,
                   sum(p.amount) OVER (PARTITION BY a.envelope_id,
                       CASE WHEN op.source_award AND op.target_award THEN a.award_id END
                   ) <> 0 AS lopsided,
                   (a.stage = op.source AND (p.amount < 0 OR op.reversible))
                   OR (a.stage = op.target AND (p.amount > 0 OR op.reversible)) AS walks,
                   CASE WHEN a.stage = 'committed' AND p.amount > 0
                         AND NOT op.source_award AND op.answers IS NULL AND w.award_id IS NULL
                        THEN a.award_id::text END AS bare,
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

-- What only some operations are asked.
CREATE FUNCTION ledger_fault(entry ledger_entry, op ledger_operation) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN op.name = 'order' AND EXISTS (
            SELECT FROM ledger_lines(entry.id) AS l
             WHERE entry.booked_on > ledger_last_order(
                 l.section, (SELECT year FROM ledger_book WHERE id = entry.book_id)))
        THEN 'orders money of a year that is over'
        WHEN op.counterpart = 'same_book' AND EXISTS (
            SELECT FROM ledger_lines(entry.id) WHERE stage = 'voted'
             GROUP BY unit, section HAVING sum(amount) <> 0)
        THEN 'moves credits between units or sections'
        WHEN (op.answers IS NOT NULL OR entry.answers_id IS NOT NULL)
            AND NOT ledger_answers(entry)
        THEN 'does not take up what was carried over' END
$$;

DROP TRIGGER ledger_entry_is_timely ON ledger_entry;
DROP TRIGGER ledger_entry_is_warranted ON ledger_entry;
DROP TRIGGER ledger_entry_holds ON ledger_entry;
DROP FUNCTION ledger_entry_is_timely();
DROP FUNCTION ledger_entry_is_warranted();
DROP FUNCTION ledger_entry_holds();
DROP TRIGGER ledger_posting_is_covered ON ledger_posting;
CREATE CONSTRAINT TRIGGER ledger_posting_is_covered AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.position = 1)
    EXECUTE FUNCTION ledger_posting_is_covered();
