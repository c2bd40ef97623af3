-- What holds the ledger: run by migration 0004, whoever writes and however many at once.

-- An account is found by its meaning: no search over nullable columns in the hot path.
-- Made of immutable parts only, so that it is inlined (and so without convert_to).
CREATE FUNCTION ledger_account_id(envelope uuid, stage text, award uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(substr(sha256(uuid_send(envelope) || stage::bytea
        || COALESCE(uuid_send(award), ''::bytea)), 1, 16), 'hex')::uuid
$$;

CREATE FUNCTION ledger_book_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.last_number = 0 AND NEW.last_hash = decode(repeat('00', 32), 'hex') THEN
            RETURN NEW;
        END IF;
    ELSIF pg_trigger_depth() > 1 AND (NEW.id, NEW.created_at, NEW.funder_id, NEW.year)
        = (OLD.id, OLD.created_at, OLD.funder_id, OLD.year) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'ledger_book moves only with its entries'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION ledger_envelope_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.created_at, NEW.book_id, NEW.unit, NEW.section)
        IS DISTINCT FROM (OLD.id, OLD.created_at, OLD.book_id, OLD.unit, OLD.section) THEN
        RAISE EXCEPTION 'ledger_envelope keeps its book, unit and section'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- Depth: 1 when somebody updates by hand, 2 when the trigger of the postings does.
CREATE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance = 0 THEN
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

-- What was asked back never exceeds what was paid, whichever of the two moves.
CREATE FUNCTION ledger_claims_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pair uuid[] := ARRAY[ledger_account_id(NEW.envelope_id, 'paid', NEW.award_id),
                         ledger_account_id(NEW.envelope_id, 'claim_contra', NEW.award_id)];
BEGIN
    PERFORM 1 FROM ledger_account WHERE id = ANY (pair) ORDER BY id FOR NO KEY UPDATE;
    IF (SELECT sum(balance) FROM ledger_account WHERE id = ANY (pair)) < 0 THEN
        RAISE EXCEPTION 'more is claimed back than was paid' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_postings_land() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh JOIN ledger_entry e ON e.id = fresh.entry_id) THEN
        RAISE EXCEPTION 'an entry that is written takes no further posting'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE ledger_account a SET balance = a.balance + moved.amount
      FROM (SELECT account_id, sum(amount)::bigint AS amount FROM fresh
             GROUP BY account_id HAVING sum(amount) <> 0) AS moved
     WHERE a.id = moved.account_id;
    RETURN NULL;
END $$;

-- A posting slipped in by a second connection, between another's postings and its entry.
CREATE FUNCTION ledger_posting_is_covered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_entry e
                    WHERE e.id = NEW.entry_id AND NEW.position <= e.posting_count) THEN
        RAISE EXCEPTION 'a posting belongs to no entry that covers it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

-- The same text as grants.ledger.verify.canonical, byte for byte. The book is locked here, last.
CREATE FUNCTION ledger_entry_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    book ledger_book;
    given ledger_entry := NEW;
    lines text;
BEGIN
    SELECT count(*), string_agg(format(
            '{"account":"%s","amount":%s,"award":%s,"envelope":"%s","section":"%s",'
            '"stage":"%s","unit":"%s"}',
            a.id, p.amount, COALESCE('"' || a.award_id || '"', 'null'), v.id, v.section,
            a.stage, v.unit), ',' ORDER BY p.position)
      INTO NEW.posting_count, lines
      FROM ledger_posting p
      JOIN ledger_account a ON a.id = p.account_id
      JOIN ledger_envelope v ON v.id = a.envelope_id
     WHERE p.entry_id = NEW.id;
    SELECT * INTO STRICT book FROM ledger_book WHERE id = NEW.book_id FOR NO KEY UPDATE;
    NEW.number := book.last_number + 1;
    NEW.previous_hash := book.last_hash;
    NEW.hash := sha256(book.last_hash || convert_to(format(
        '{"actor":"%s","answers":%s,"at":"%s","book":"%s","created":"%s","funder":"%s",'
        '"id":"%s","key":%s,"number":%s,"on":"%s","operation":%s,"postings":[%s],"reason":%s,'
        '"request":"%s","year":%s}',
        NEW.actor_id, COALESCE('"' || NEW.answers_id || '"', 'null'),
        to_char(NEW.booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), book.id,
        to_char(NEW.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        book.funder_id, NEW.id, to_json(NEW.key), NEW.number,
        to_char(NEW.booked_on, 'YYYY-MM-DD'), to_json(NEW.operation), lines,
        to_json(NEW.reason), encode(NEW.request, 'hex'), book.year), 'UTF8'));
    IF given.number <> NEW.number OR given.hash <> NEW.hash
        OR given.previous_hash <> NEW.previous_hash OR given.posting_count <> NEW.posting_count
    THEN
        RAISE EXCEPTION 'an entry is numbered and chained by the ledger alone'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE ledger_book SET last_number = NEW.number, last_hash = NEW.hash WHERE id = book.id;
    RETURN NEW;
END $$;

-- At commit: each envelope balances, hence each unit, and money took the walk of its operation.
CREATE FUNCTION ledger_entry_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    op ledger_operation;
    fault text;
BEGIN
    SELECT * INTO op FROM ledger_operation WHERE name = NEW.operation;
    SELECT CASE
        WHEN op.name IS NULL THEN 'names no operation'
        WHEN count(*) < 2 THEN 'moves nothing'
        WHEN bool_or(book_id <> NEW.book_id) THEN 'touches another book'
        WHEN bool_or(lopsided) THEN 'does not balance'
        WHEN NOT bool_and(walks) THEN 'does not walk as its operation says'
        END INTO fault
      FROM (SELECT v.book_id,
                   sum(p.amount) OVER (PARTITION BY a.envelope_id,
                       CASE WHEN op.source_award AND op.target_award THEN a.award_id END
                   ) <> 0 AS lopsided,
                   (a.stage = op.source AND (p.amount < 0 OR op.reversible))
                   OR (a.stage = op.target AND (p.amount > 0 OR op.reversible)) AS walks
              FROM ledger_posting p
              JOIN ledger_account a ON a.id = p.account_id
              JOIN ledger_envelope v ON v.id = a.envelope_id
             WHERE p.entry_id = NEW.id) AS legs;
    IF fault IS NULL AND op.counterpart = 'same_book' THEN
        PERFORM FROM ledger_lines(NEW.id) WHERE stage = 'voted'
          GROUP BY unit, section HAVING sum(amount) <> 0;
        IF FOUND THEN
            fault := 'moves credits between units or sections';
        END IF;
    END IF;
    IF fault IS NULL AND (op.answers IS NOT NULL OR NEW.answers_id IS NOT NULL) THEN
        IF NOT ledger_answers(NEW) THEN
            fault := 'does not take up what was carried over';
        END IF;
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'entry % %', NEW.number, fault
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_lines(entry uuid)
RETURNS TABLE (unit varchar, section varchar, stage varchar, award uuid, amount bigint)
LANGUAGE sql STABLE AS $$
    SELECT v.unit, v.section, a.stage, a.award_id, p.amount
      FROM ledger_posting p
      JOIN ledger_account a ON a.id = p.account_id
      JOIN ledger_envelope v ON v.id = a.envelope_id
     WHERE p.entry_id = entry
$$;

CREATE FUNCTION ledger_answers(answer ledger_entry) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT COALESCE((
        SELECT op.answers = origin.operation AND nb.funder_id = ob.funder_id AND nb.year > ob.year
          FROM ledger_operation op, ledger_entry origin, ledger_book nb, ledger_book ob
         WHERE op.name = answer.operation AND origin.id = answer.answers_id
           AND nb.id = answer.book_id AND ob.id = origin.book_id
    ), false) AND NOT EXISTS (
        SELECT FROM (
            SELECT unit, section, award, amount FROM ledger_lines(answer.id) WHERE amount > 0
            UNION ALL
            SELECT unit, section, award, -amount FROM ledger_lines(answer.answers_id)
             WHERE amount > 0) AS both_ends
         GROUP BY unit, section, award HAVING sum(amount) <> 0)
$$;

CREATE TYPE ledger_leg AS (account uuid, envelope uuid, stage text, award uuid, amount bigint);

-- What the locked accounts cannot give, told in full; off the hot path.
-- Under a ceiling, an account holds what the two stages hold together: paid, less claimed back.
CREATE FUNCTION ledger_shortages(legs ledger_leg[], ceiling text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(jsonb_build_object(
               'envelope_id', v.id, 'envelope', v.label, 'unit', v.unit, 'stage', n.stage,
               'award_id', n.award, 'available', n.held, 'asked', n.asked,
               'missing', n.asked - n.held) ORDER BY v.id, n.award)
      FROM (SELECT l.envelope, l.award,
                   CASE l.stage WHEN 'claim_contra' THEN ceiling ELSE l.stage END AS stage,
                   -sum(l.amount) AS asked,
                   (SELECT sum(balance) FROM ledger_account WHERE id IN (
                       l.account, ledger_account_id(l.envelope, ceiling, l.award))) AS held
              FROM unnest(legs) AS l
             WHERE ceiling IS NOT NULL OR l.stage <> 'voted'
             GROUP BY l.account, l.envelope, l.stage, l.award
            HAVING sum(l.amount) < 0) AS n
      JOIN ledger_envelope v ON v.id = n.envelope
     WHERE n.asked > n.held
$$;

-- The one way in for the software: all movements of one entry, set-based, in one round trip.
-- Locks accounts in the order of their ids, then (by the trigger of the entry) the book.
-- Arrays would otherwise be planned anew at each call, which took a quarter of the time.
-- Answers {"status": booked | known | key_reused | unknown | forbidden | several_books | short}.
CREATE FUNCTION ledger_book_movements(
    p_entry uuid, p_operation text, p_envelopes uuid[], p_awards uuid[], p_amounts bigint[],
    p_funders uuid[], p_key text, p_request bytea, p_on date, p_at timestamptz,
    p_reason text, p_actor uuid, p_answers uuid
) RETURNS jsonb LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ceiling text;
    books uuid[];
    funder uuid;
    legs ledger_leg[];
    accounts uuid[];
    entry ledger_entry;
    short boolean;
    shortages jsonb;
    status text := 'booked';
BEGIN
    SELECT array_agg(ROW(s.account, m.envelope, s.stage, s.award, s.amount)::ledger_leg
                     ORDER BY m.n, s.amount),
           array_agg(s.account), array_agg(DISTINCT b.id), min(b.funder_id::text)::uuid,
           min(op.ceiling)
      INTO legs, accounts, books, funder, ceiling
      FROM ledger_operation op
     CROSS JOIN unnest(p_envelopes, p_awards, p_amounts) WITH ORDINALITY
           AS m(envelope, award, amount, n)
      LEFT JOIN ledger_envelope v ON v.id = m.envelope
      LEFT JOIN ledger_book b ON b.id = v.book_id
     CROSS JOIN LATERAL (VALUES
           (ledger_account_id(m.envelope, op.source, CASE WHEN op.source_award THEN m.award END),
            op.source, CASE WHEN op.source_award THEN m.award END, -m.amount),
           (ledger_account_id(m.envelope, op.target, CASE WHEN op.target_award THEN m.award END),
            op.target, CASE WHEN op.target_award THEN m.award END, m.amount)
           ) AS s(account, stage, award, amount)
     WHERE op.name = p_operation;
    IF array_position(books, NULL) IS NOT NULL THEN
        RETURN jsonb_build_object('status', 'unknown');
    ELSIF cardinality(books) > 1 THEN
        RETURN jsonb_build_object('status', 'several_books');
    ELSIF p_funders IS NOT NULL AND NOT funder = ANY (p_funders) THEN
        RETURN jsonb_build_object('status', 'forbidden', 'funder', funder);
    END IF;

    INSERT INTO ledger_account (id, envelope_id, stage, award_id, balance)
    SELECT DISTINCT l.account, l.envelope, l.stage, l.award, 0
      FROM unnest(legs) AS l
     WHERE NOT EXISTS (SELECT FROM ledger_account a WHERE a.id = l.account)
     ORDER BY 1
        ON CONFLICT DO NOTHING;
    IF ceiling IS NOT NULL THEN
        accounts := accounts || ARRAY(
            SELECT ledger_account_id(l.envelope, ceiling, l.award) FROM unnest(legs) AS l);
    END IF;
    WITH held AS MATERIALIZED (
        SELECT id, stage, balance FROM ledger_account WHERE id = ANY (accounts)
         ORDER BY id FOR NO KEY UPDATE
    ), moved AS (
        SELECT account, sum(amount) AS amount FROM unnest(legs) GROUP BY account
    )
    SELECT bool_or(held.balance + moved.amount < 0 AND held.stage NOT IN ('voted', 'claim_contra'))
      INTO short FROM held LEFT JOIN moved ON moved.account = held.id;

    SELECT * INTO entry FROM ledger_entry WHERE key = p_key;
    IF FOUND THEN
        status := CASE WHEN entry.request = p_request THEN 'known' ELSE 'key_reused' END;
    ELSE
        IF short OR ceiling IS NOT NULL THEN
            shortages := ledger_shortages(legs, ceiling);
            IF shortages IS NOT NULL THEN
                RETURN jsonb_build_object('status', 'short', 'shortages', shortages);
            END IF;
        END IF;
        INSERT INTO ledger_posting (entry_id, position, account_id, amount)
        SELECT p_entry, l.position, l.account, l.amount
          FROM unnest(legs) WITH ORDINALITY AS l(account, envelope, stage, award, amount, position);
        INSERT INTO ledger_entry (id, book_id, operation, key, request, booked_on, booked_at,
                                  reason, actor_id, answers_id)
        VALUES (p_entry, books[1], p_operation, p_key, p_request, p_on, p_at,
                p_reason, p_actor, p_answers)
        RETURNING * INTO entry;
    END IF;
    RETURN jsonb_build_object('status', status, 'id', entry.id, 'book', entry.book_id,
                              'number', entry.number, 'hash', encode(entry.hash, 'hex'));
END $$;

CREATE TRIGGER ledger_operation_is_data BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE
    ON ledger_operation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_book_stays BEFORE DELETE OR TRUNCATE
    ON ledger_book FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_book_guard BEFORE INSERT OR UPDATE
    ON ledger_book FOR EACH ROW EXECUTE FUNCTION ledger_book_guard();
CREATE TRIGGER ledger_envelope_stays BEFORE DELETE OR TRUNCATE
    ON ledger_envelope FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_envelope_guard BEFORE UPDATE
    ON ledger_envelope FOR EACH ROW EXECUTE FUNCTION ledger_envelope_guard();
CREATE TRIGGER ledger_account_stays BEFORE DELETE OR TRUNCATE
    ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_account_guard BEFORE INSERT OR UPDATE
    ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_account_guard();
CREATE TRIGGER ledger_claims_fit AFTER UPDATE ON ledger_account FOR EACH ROW
    WHEN (NEW.stage = 'claim_contra' OR (NEW.stage = 'paid' AND NEW.balance < OLD.balance))
    EXECUTE FUNCTION ledger_claims_fit();
CREATE TRIGGER ledger_posting_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger_posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_postings_land AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_postings_land();
CREATE CONSTRAINT TRIGGER ledger_posting_is_covered AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_posting_is_covered();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_is_sealed BEFORE INSERT
    ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_sealed();
CREATE CONSTRAINT TRIGGER ledger_entry_holds AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_holds();
