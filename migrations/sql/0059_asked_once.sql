-- A booking asks no question twice: run by migration 0059 (docs/adr/0012-one-look.md).

-- As in 0031, with two questions less: whether a key was booked before is asked of an obstacle
-- alone, and what the accounts will hold is one sum, however many there are.
CREATE OR REPLACE FUNCTION ledger_book_movements(
    p_entry uuid, p_operation text, p_envelopes uuid[], p_awards uuid[], p_amounts bigint[],
    p_funders uuid[], p_key text, p_request bytea, p_on date, p_at timestamptz,
    p_reason text, p_actor uuid, p_answers uuid
) RETURNS jsonb LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET join_collapse_limit = 1 SET enable_seqscan = off
  SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
  SET enable_material = off SET enable_memoize = off
AS $$
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
    ELSIF obstacle IS NOT NULL THEN
        IF NOT EXISTS (SELECT FROM ledger_entry WHERE key = p_key) THEN
            RETURN jsonb_build_object('status', obstacle);
        END IF;
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
    )
    SELECT bool_or(after < 0) INTO short
      FROM (SELECT sum(amount) AS after, min(stage) AS stage
              FROM (SELECT id, stage, balance AS amount FROM held
                    UNION ALL SELECT account, NULL, amount FROM unnest(legs)) AS parts
             GROUP BY id) AS accounts
     WHERE stage NOT IN ('voted', 'claim_contra');

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

-- At commit: the entry is there that covers these postings, which all were written with the first;
-- and the years of an award still add up to what its authorisation holds for it (before:
-- ledger_entry_keeps_schedule).
CREATE OR REPLACE FUNCTION ledger_posting_is_covered() RETURNS trigger LANGUAGE plpgsql
  SET join_collapse_limit = 1 SET enable_seqscan = off SET enable_bitmapscan = off
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
  SET enable_memoize = off
AS $$
DECLARE
    booked text;
BEGIN
    SELECT operation INTO booked FROM ledger_entry e
     WHERE e.id = NEW.entry_id AND NEW.position <= e.posting_count;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a posting belongs to no entry that covers it'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF booked IN ('commit', 'commit_reserved', 'decommit', 'draw_credits',
                     'restore_authorisation') THEN
        PERFORM ledger_check_schedule(t.envelope_id, t.award_id)
           FROM (SELECT DISTINCT a.envelope_id, a.award_id
                   FROM ledger_posting p
                   JOIN ledger_account a ON a.id = p.account_id AND a.award_id IS NOT NULL
                   JOIN ledger_envelope v ON v.id = a.envelope_id AND v.kind = 'authorisation'
                  WHERE p.entry_id = NEW.entry_id) AS t;
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER ledger_entry_keeps_schedule ON ledger_entry;
DROP FUNCTION ledger_entry_keeps_schedule();
