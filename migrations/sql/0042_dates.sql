-- Days of a book, and years of a schedule that credits come back to: run by migration 0042.

-- As in 0031; and what a year gives back beyond what it drew (credits that were carried over to
-- it) leaves the years before it, the latest first: `most` is what was drawn from a year on.
CREATE OR REPLACE FUNCTION ledger_scheduled(award uuid)
RETURNS TABLE (year integer, planned bigint, drawn bigint) LANGUAGE sql STABLE AS $$
    WITH told AS (
        SELECT y.year, sum(y.planned)::bigint AS planned, sum(y.drawn)::bigint AS drawn
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
    ), since AS (
        SELECT t.year, t.planned, sum(t.drawn) OVER (ORDER BY t.year DESC) AS drawn FROM told t
    ), most AS (
        SELECT s.year, s.planned,
               greatest(0, max(s.drawn) OVER (ORDER BY s.year DESC)) AS drawn FROM since s
    )
    SELECT m.year, m.planned,
           (m.drawn - lag(m.drawn, 1, 0::numeric) OVER (ORDER BY m.year DESC))::bigint
      FROM most m
$$;

-- The last day on which credits of a year are voted: 21 January in operating (L1612-11), the end
-- of the year elsewhere; the executive moves them until the last orders of the year.
CREATE FUNCTION ledger_last_credit(operation text, section text, year integer) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN section <> 'operating' THEN make_date(year, 12, 31)
                WHEN operation = 'transfer' THEN make_date(year + 1, 1, 31)
                ELSE make_date(year + 1, 1, 21) END
$$;

-- A budget is voted from the year before it on; what another book gives is taken up in the year.
CREATE FUNCTION ledger_entry_is_of_its_year() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    book ledger_book;
BEGIN
    SELECT * INTO STRICT book FROM ledger_book WHERE id = NEW.book_id;
    IF NEW.operation IN ('bring_forward', 'bring_commitment', 'bring_attached') THEN
        IF NEW.booked_on < make_date(book.year, 1, 1) THEN
            RAISE EXCEPTION 'entry % takes up before the year begins', NEW.number
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NEW.booked_on < make_date(book.year - 1, 1, 1) OR EXISTS (
        SELECT FROM ledger_posting p
          JOIN ledger_account a ON a.id = p.account_id
          JOIN ledger_envelope v ON v.id = a.envelope_id
         WHERE p.entry_id = NEW.id
           AND NEW.booked_on > CASE v.kind WHEN 'annual'
                   THEN ledger_last_credit(NEW.operation, v.section, book.year)
                   ELSE make_date(v.last_year, 12, 31) END) THEN
        RAISE EXCEPTION 'entry % moves credits outside of their year', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

-- An act is taken before it is written down; only the first budget may be voted before its year,
-- and only authorisations (AE, AP) are still voted after it.
CREATE FUNCTION ledger_act_is_timely() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_year integer;
    last_day date;
BEGIN
    SELECT b.year, greatest(make_date(b.year + 1, 1, 31), make_date(max(v.last_year), 12, 31))
      INTO STRICT of_year, last_day
      FROM ledger_book b LEFT JOIN ledger_envelope v ON v.book_id = b.id
     WHERE b.id = NEW.book_id GROUP BY b.year;
    IF NEW.dated_on > (NEW.booked_at AT TIME ZONE 'Europe/Paris')::date
        OR NEW.dated_on < make_date(CASE NEW.kind WHEN 'initial' THEN of_year - 1
                                                  ELSE of_year END, 1, 1)
        OR NEW.dated_on > last_day
        OR (NEW.kind = 'initial' AND NEW.dated_on > make_date(of_year, 12, 31)) THEN
        RAISE EXCEPTION 'act % is dated outside of its year', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_entry_is_of_its_year AFTER INSERT ON ledger_entry FOR EACH ROW
    WHEN (NEW.operation IN ('vote', 'transfer', 'bring_forward', 'bring_commitment',
                            'bring_attached'))
    EXECUTE FUNCTION ledger_entry_is_of_its_year();
CREATE TRIGGER ledger_act_is_timely BEFORE INSERT ON ledger_act
    FOR EACH ROW EXECUTE FUNCTION ledger_act_is_timely();
