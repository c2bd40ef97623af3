-- Authorisations with their schedules, closed years, transfers and turnovers: run by migration 0031.

-- As in 0004; and neither the kind of an envelope nor the last year of an authorisation changes.
CREATE OR REPLACE FUNCTION ledger_envelope_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.created_at, NEW.book_id, NEW.unit, NEW.section, NEW.kind, NEW.last_year)
        IS DISTINCT FROM (OLD.id, OLD.created_at, OLD.book_id, OLD.unit, OLD.section, OLD.kind,
                          OLD.last_year) THEN
        RAISE EXCEPTION 'ledger_envelope keeps its book, unit and section'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- As in 0004; and what is ordered or paid lies in the envelope of a year, never in an authorisation.
CREATE OR REPLACE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.stage IN ('ordered', 'paid', 'claim_contra', 'claimed', 'recovered') AND EXISTS (
            SELECT FROM ledger_envelope v
             WHERE v.id = NEW.envelope_id AND v.kind = 'authorisation') THEN
            RAISE EXCEPTION 'nothing is ordered on an authorisation'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
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

CREATE FUNCTION ledger_kind(entry uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(DISTINCT v.kind) = 1 THEN min(v.kind) END
      FROM ledger_posting p
      JOIN ledger_account a ON a.id = p.account_id
      JOIN ledger_envelope v ON v.id = a.envelope_id
     WHERE p.entry_id = entry
$$;

-- What left the first envelope reaches the second, award by award: in a later book when a year
-- carries it over, in the book of a year when its credits are drawn from an authorisation, and
-- back in the book of the authorisation when they are returned.
CREATE OR REPLACE FUNCTION ledger_answers(answer ledger_entry) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT COALESCE((
        SELECT op.answers = origin.operation AND nb.funder_id = ob.funder_id
               AND CASE walk.counterpart WHEN 'year_book' THEN nb.year >= ob.year
                                         WHEN 'earlier_book' THEN nb.year <= ob.year
                                         ELSE nb.year > ob.year END
               AND ledger_kind(origin.id) = CASE walk.counterpart
                       WHEN 'year_book' THEN 'authorisation' ELSE 'annual' END
               AND ledger_kind(answer.id) = CASE walk.counterpart
                       WHEN 'earlier_book' THEN 'authorisation' ELSE 'annual' END
          FROM ledger_operation op, ledger_entry origin, ledger_book nb, ledger_book ob,
               ledger_operation walk
         WHERE op.name = answer.operation AND origin.id = answer.answers_id
           AND nb.id = answer.book_id AND ob.id = origin.book_id
           AND walk.name = origin.operation
    ), false) AND NOT EXISTS (
        SELECT FROM (
            SELECT unit, section, award, amount FROM ledger_lines(answer.id) WHERE amount > 0
            UNION ALL
            SELECT unit, section, award, amount FROM ledger_lines(answer.answers_id)
             WHERE amount < 0) AS both_ends
         GROUP BY unit, section, award HAVING sum(amount) <> 0)
$$;

-- The last day on which a year's money may be ordered: 31 January for operating (D2342-3).
CREATE FUNCTION ledger_last_order(section text, year integer) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE section WHEN 'operating' THEN make_date(year + 1, 1, 31)
                        WHEN 'capital' THEN make_date(year, 12, 31) END
$$;

-- The seal has locked the book: a closing that went first is seen here, one that waits sees us.
CREATE FUNCTION ledger_entry_is_timely() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    book ledger_book;
BEGIN
    SELECT * INTO STRICT book FROM ledger_book WHERE id = NEW.book_id;
    IF book.closed_at IS NOT NULL
        AND NOT COALESCE((SELECT after_closing FROM ledger_operation WHERE name = NEW.operation),
                         false)
        AND ledger_kind(NEW.id) IS DISTINCT FROM 'authorisation' THEN
        RAISE EXCEPTION 'entry % is booked in a closed year', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.operation = 'order' AND EXISTS (
        SELECT FROM ledger_lines(NEW.id) AS l
         WHERE NEW.booked_on > ledger_last_order(l.section, book.year)) THEN
        RAISE EXCEPTION 'entry % orders money of a year that is over', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

-- Per award of an authorisation: the schedule adds up to what is committed, no year is drawn
-- beyond what it was promised. Locks both accounts of the award, which its movements lock too.
CREATE FUNCTION ledger_check_schedule(envelope uuid, award uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    whole bigint;
    planned bigint;
    fault text;
BEGIN
    PERFORM 1 FROM ledger_account
      WHERE id IN (ledger_account_id(envelope, 'committed', award),
                   ledger_account_id(envelope, 'carried', award))
      ORDER BY id FOR NO KEY UPDATE;
    SELECT COALESCE(sum(balance), 0) INTO whole FROM ledger_account
     WHERE id IN (ledger_account_id(envelope, 'committed', award),
                  ledger_account_id(envelope, 'carried', award));
    SELECT COALESCE(sum(amount), 0) INTO planned FROM ledger_schedule s
     WHERE s.award_id = award AND s.envelope_id = envelope;
    IF planned <> whole THEN
        fault := format('is scheduled for %s and committed for %s', planned, whole);
    ELSIF EXISTS (SELECT FROM ledger_schedule s
                   WHERE s.award_id = award AND s.envelope_id <> envelope) THEN
        fault := 'has two authorisations';
    ELSIF EXISTS (
        SELECT FROM ledger_scheduled(award) AS y
          JOIN ledger_envelope v ON v.id = envelope
          JOIN ledger_book b ON b.id = v.book_id
         WHERE y.planned < 0 OR y.drawn > y.planned
            OR (y.planned > 0 AND y.year NOT BETWEEN b.year AND v.last_year)) THEN
        fault := 'is drawn beyond its schedule';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'award % %', award, fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

-- Year by year, what an award was promised and what was drawn into the envelopes of that year.
CREATE FUNCTION ledger_scheduled(award uuid)
RETURNS TABLE (year integer, planned bigint, drawn bigint) LANGUAGE sql STABLE AS $$
    SELECT y.year, sum(y.planned)::bigint, sum(y.drawn)::bigint
      FROM (SELECT s.year, s.amount AS planned, 0 AS drawn
              FROM ledger_schedule s WHERE s.award_id = award
            UNION ALL
            SELECT b.year, 0, p.amount
              FROM ledger_account a
              JOIN ledger_posting p ON p.account_id = a.id
              JOIN ledger_entry e ON e.id = p.entry_id
              JOIN ledger_book b ON b.id = e.book_id
             WHERE a.award_id = award AND a.stage = 'committed'
               AND e.operation IN ('take_up_credits', 'return_credits')) AS y
     GROUP BY y.year
$$;

CREATE FUNCTION ledger_schedule_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_check_schedule(NEW.envelope_id, NEW.award_id);
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_entry_keeps_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_check_schedule(t.envelope_id, t.award_id)
       FROM (SELECT DISTINCT a.envelope_id, a.award_id
               FROM ledger_posting p
               JOIN ledger_account a ON a.id = p.account_id AND a.award_id IS NOT NULL
               JOIN ledger_envelope v ON v.id = a.envelope_id AND v.kind = 'authorisation'
              WHERE p.entry_id = NEW.id) AS t;
    RETURN NULL;
END $$;

-- Chapters of M57: 204 (subsidies for equipment) is one of its own, others have two digits.
CREATE FUNCTION ledger_chapter(nature text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN nature LIKE '204%' THEN '204' ELSE COALESCE(left(nature, 2), '') END
$$;

-- What transfers moved between chapters of a section, and what the law lets them move: 7.5 % of
-- the real expenditure of the section (L5217-10-6), as stated, else as voted in our envelopes.
CREATE FUNCTION ledger_fungible(book uuid, half text) RETURNS TABLE (moved bigint, allowed bigint)
LANGUAGE sql STABLE AS $$
    SELECT (SELECT COALESCE(sum(into_chapter), 0)::bigint FROM (
                SELECT greatest(sum(p.amount), 0) AS into_chapter
                  FROM ledger_entry e
                  JOIN ledger_posting p ON p.entry_id = e.id
                  JOIN ledger_account a ON a.id = p.account_id AND a.stage = 'available'
                  JOIN ledger_envelope v ON v.id = a.envelope_id AND v.section = half
                 WHERE e.book_id = book AND e.operation = 'transfer' AND v.kind = 'annual'
                 GROUP BY e.id, ledger_chapter(v.nature_account)) AS chapters),
           (SELECT floor(COALESCE(
                (SELECT amount FROM ledger_expenditure x
                  WHERE x.book_id = book AND x.section = half),
                (SELECT -COALESCE(sum(a.balance), 0) FROM ledger_account a
                   JOIN ledger_envelope v ON v.id = a.envelope_id
                  WHERE v.book_id = book AND v.section = half AND v.kind = 'annual'
                    AND a.stage = 'voted')) * 0.075)::bigint)
$$;

CREATE FUNCTION ledger_transfer_is_fungible() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM (VALUES ('operating'), ('capital')) AS s(half),
                           ledger_fungible(NEW.book_id, s.half) AS f
                WHERE f.moved > f.allowed) THEN
        RAISE EXCEPTION 'entry % moves more between chapters than the law allows', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_act_entry_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger_act t JOIN ledger_entry e ON e.id = NEW.entry_id
         WHERE t.id = NEW.act_id AND t.book_id = e.book_id AND t.dated_on = e.booked_on
           AND e.operation = CASE t.kind WHEN 'transfer' THEN 'transfer' ELSE 'vote' END) THEN
        RAISE EXCEPTION 'an act holds the votes or transfers of its day and book'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

-- A closed year holds what is ordered, paid, lapsed or carried, and nothing else.
CREATE FUNCTION ledger_book_closes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    book ledger_book;
BEGIN
    SELECT * INTO STRICT book FROM ledger_book WHERE id = NEW.book_id FOR NO KEY UPDATE;
    IF NEW.closed_on < make_date(book.year, 12, 31) THEN
        RAISE EXCEPTION 'a year is closed once it is over'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM ledger_account a
                 JOIN ledger_envelope v ON v.id = a.envelope_id AND v.kind = 'annual'
                WHERE v.book_id = book.id AND a.balance <> 0
                  AND a.stage IN ('available', 'reserved', 'committed')) THEN
        RAISE EXCEPTION 'a year is closed once nothing is left in it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE ledger_book SET closed_at = NEW.signed_at WHERE id = book.id;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_by_trigger_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% moves only with the entries', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- A thousand entries at a time, so that what stood on a day is a sum over days and not entries.
CREATE FUNCTION ledger_turns_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_turnover AS t (envelope_id, stage, booked_on, taken, given, legs)
    SELECT a.envelope_id, a.stage, e.booked_on, sum(-least(p.amount, 0)),
           sum(greatest(p.amount, 0)), count(*)
      FROM ledger_book b
      JOIN ledger_entry e ON e.book_id = b.id AND e.number > b.turned_to
                         AND e.number <= NEW.number
      JOIN ledger_posting p ON p.entry_id = e.id
      JOIN ledger_account a ON a.id = p.account_id
     WHERE b.id = NEW.book_id
     GROUP BY a.envelope_id, a.stage, e.booked_on
     ORDER BY 1, 2, 3
        ON CONFLICT (envelope_id, stage, booked_on) DO UPDATE
       SET taken = t.taken + EXCLUDED.taken, given = t.given + EXCLUDED.given,
           legs = t.legs + EXCLUDED.legs;
    UPDATE ledger_book SET turned_to = NEW.number WHERE id = NEW.book_id;
    RETURN NULL;
END $$;

-- As in 0004; what stands in the way is an answer, and so is whether an authorisation is touched.
CREATE OR REPLACE FUNCTION ledger_book_movements(
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
    obstacle text;
    authorised boolean;
    status text := 'booked';
BEGIN
    SELECT array_agg(ROW(s.account, m.envelope, s.stage, s.award, s.amount)::ledger_leg
                     ORDER BY m.n, s.amount),
           array_agg(s.account), array_agg(DISTINCT b.id), min(b.funder_id::text)::uuid,
           min(op.ceiling), bool_or(v.kind = 'authorisation'),
           min(CASE WHEN b.closed_at IS NOT NULL AND NOT op.after_closing AND v.kind = 'annual'
                    THEN 'book_closed'
                    WHEN op.name = 'order' AND v.kind = 'authorisation'
                    THEN 'order_on_authorisation'
                    WHEN op.name = 'order' AND p_on > ledger_last_order(v.section, b.year)
                    THEN 'too_late_to_order' END)
      INTO legs, accounts, books, funder, ceiling, authorised, obstacle
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
    ELSIF obstacle IS NOT NULL
        AND NOT EXISTS (SELECT FROM ledger_entry WHERE key = p_key) THEN
        RETURN jsonb_build_object('status', obstacle);
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
                              'number', entry.number, 'hash', encode(entry.hash, 'hex'),
                              'authorised', authorised);
END $$;

CREATE TRIGGER ledger_operation_is_data BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE
    ON ledger_operation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_is_timely AFTER INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_timely();
CREATE CONSTRAINT TRIGGER ledger_entry_keeps_schedule AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.operation IN ('commit', 'commit_reserved', 'decommit', 'draw_credits',
                            'restore_authorisation'))
    EXECUTE FUNCTION ledger_entry_keeps_schedule();
CREATE TRIGGER ledger_transfer_is_fungible AFTER INSERT ON ledger_entry
    FOR EACH ROW WHEN (NEW.operation = 'transfer')
    EXECUTE FUNCTION ledger_transfer_is_fungible();
CREATE TRIGGER ledger_turns_over AFTER INSERT ON ledger_entry
    FOR EACH ROW WHEN (NEW.number % 1000 = 0) EXECUTE FUNCTION ledger_turns_over();
CREATE TRIGGER ledger_turnover_guard BEFORE INSERT OR UPDATE ON ledger_turnover
    FOR EACH ROW EXECUTE FUNCTION ledger_by_trigger_only();
CREATE TRIGGER ledger_turnover_stays BEFORE DELETE OR TRUNCATE ON ledger_turnover
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_schedule_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger_schedule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE CONSTRAINT TRIGGER ledger_schedule_holds AFTER INSERT ON ledger_schedule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_schedule_holds();
CREATE TRIGGER ledger_act_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger_act FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_act_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger_act_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_act_entry_fits AFTER INSERT ON ledger_act_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_act_entry_fits();
CREATE TRIGGER ledger_expenditure_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger_expenditure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_closing_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger_closing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_closing_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger_closing_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_book_closes AFTER INSERT ON ledger_closing
    FOR EACH ROW EXECUTE FUNCTION ledger_book_closes();
