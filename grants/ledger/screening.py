"""Where PostgreSQL itself sees that a book is not whole: statements over whole books, no loop.

They are written apart from what wrote the ledger (migrations/sql) and trust nothing that is
stored: numbers, hashes, walks and sums are worked out again from entries and postings. What they
suspect is then worked out a second time, in Python, and told: see `grants.ledger.verify`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from grants.ledger.operations import OPERATIONS

CHOSEN = """
    (CAST(:funder AS text) IS NULL OR f.key = :funder)
    AND (CAST(:year AS int) IS NULL OR b.year = :year)
"""
BOOKS = "ledger_book b JOIN funder f ON f.id = b.funder_id"
PLACE = "f.key || ' ' || b.year AS place"

# A million entries take no more memory than one: neither statement keeps what it has seen.
ROOM = """
    SELECT set_config('statement_timeout', '0', true), set_config('work_mem', '64MB', true),
           set_config('jit', 'off', true)
"""

# An index walk. The unique number of an entry makes the order; lag() the entry before it.
UNCHAINED = f"""
    SELECT e.id FROM (
        SELECT e.id, e.book_id, e.number, e.previous_hash,
               lag(e.number, 1, 0::bigint) OVER chain AS number_before,
               lag(e.hash, 1, decode(repeat('00', 32), 'hex')) OVER chain AS hash_before
          FROM ledger_entry e
        WINDOW chain AS (PARTITION BY e.book_id ORDER BY e.number)) AS e
      JOIN {BOOKS} ON e.book_id = b.id
     WHERE {CHOSEN} AND (e.number <> e.number_before + 1 OR e.previous_hash <> e.hash_before)
"""  # noqa: S608 -- constants of this module

# The same bytes as `grants.ledger.verify.canonical`, of postings in their order.
CONTENT = """
    format('{"actor":"%s","answers":%s,"at":"%s","book":"%s","created":"%s","funder":"%s",'
           '"id":"%s","key":%s,"number":%s,"on":"%s","operation":%s,"postings":[%s],"reason":%s,'
           '"request":"%s","year":%s}',
           e.actor_id, COALESCE('"' || e.answers_id || '"', 'null'),
           to_char(e.booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), b.id,
           to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           b.funder_id, e.id, to_json(e.key), e.number, to_char(e.booked_on, 'YYYY-MM-DD'),
           to_json(e.operation),
           string_agg(format('{"account":"%s","amount":%s,"award":%s,"envelope":"%s",'
                             '"section":"%s","stage":"%s","unit":"%s"}',
                             a.id, p.amount, COALESCE('"' || a.award_id || '"', 'null'), v.id,
                             v.section, a.stage, v.unit), ',' ORDER BY p.position),
           to_json(e.reason), encode(e.request, 'hex'), b.year)
"""

# Entry by entry through the index of postings; `op` is our own table of operations, not theirs.
# Whatever is unknown is suspect: IS NOT TRUE.
ALTERED = f"""
    SELECT e.id
      FROM {BOOKS}
      JOIN ledger_entry e ON e.book_id = b.id
      LEFT JOIN unnest(CAST(:names AS text[]), CAST(:sources AS text[]), CAST(:targets AS text[]),
                       CAST(:reversible AS boolean[])) AS op (name, source, target, reversible)
             ON op.name = e.operation
     WHERE {CHOSEN} AND (
        SELECT count(*) = e.posting_count
               AND bool_and(v.book_id = e.book_id)
               AND bool_and((a.stage = op.source AND (p.amount < 0 OR op.reversible))
                            OR (a.stage = op.target AND (p.amount > 0 OR op.reversible)))
               AND CASE WHEN min(v.id::text) = max(v.id::text) THEN sum(p.amount) = 0
                   ELSE NOT EXISTS (
                       SELECT FROM ledger_posting q JOIN ledger_account c ON c.id = q.account_id
                        WHERE q.entry_id = e.id
                        GROUP BY c.envelope_id HAVING sum(q.amount) <> 0) END
               AND e.hash = sha256(e.previous_hash || convert_to({CONTENT}, 'UTF8'))
          FROM ledger_posting p
          LEFT JOIN ledger_account a ON a.id = p.account_id
          LEFT JOIN ledger_envelope v ON v.id = a.envelope_id
         WHERE p.entry_id = e.id) IS NOT TRUE
"""  # noqa: S608 -- constants of this module

# Not suspect at all: the latest of each book are worked out twice whatever happens.
NEWEST = f"""
    SELECT e.id FROM {BOOKS}
      JOIN ledger_entry e ON e.book_id = b.id AND e.number > b.last_number - :newest
     WHERE {CHOSEN}
"""  # noqa: S608 -- constants of this module

COUNTERS = text(
    f"""
    SELECT {PLACE}, b.last_number, COALESCE(e.number, 0) AS number
      FROM {BOOKS}
      LEFT JOIN LATERAL (SELECT number, hash FROM ledger_entry WHERE book_id = b.id
                          ORDER BY number DESC LIMIT 1) AS e ON true
     WHERE {CHOSEN} AND (b.last_number, b.last_hash) IS DISTINCT FROM
           (COALESCE(e.number, 0), COALESCE(e.hash, decode(repeat('00', 32), 'hex')))
     ORDER BY b.year, b.id
    """  # noqa: S608 -- constants of this module
)

ACCOUNTS = text(
    f"""
    SELECT {PLACE}, v.label, a.stage, a.award_id, a.balance, COALESCE(p.sum, 0) AS sum,
           CASE WHEN a.stage IN ('voted', 'claim_contra') THEN a.balance > 0
                ELSE a.balance < 0 END AS overdrawn
      FROM ledger_account a
      JOIN ledger_envelope v ON v.id = a.envelope_id
      JOIN {BOOKS} ON b.id = v.book_id
      LEFT JOIN (SELECT account_id, sum(amount) AS sum FROM ledger_posting GROUP BY account_id)
             AS p ON p.account_id = a.id
     WHERE {CHOSEN} AND (a.balance <> COALESCE(p.sum, 0)
           OR CASE WHEN a.stage IN ('voted', 'claim_contra') THEN a.balance > 0
                   ELSE a.balance < 0 END)
     ORDER BY b.year, v.id, a.stage
    """  # noqa: S608 -- constants of this module
)

ENVELOPES = text(
    f"""
    SELECT {PLACE}, v.label, s.credits, s.claims
      FROM (SELECT envelope_id,
                   COALESCE(sum(balance) FILTER (WHERE stage NOT IN
                       ('claim_contra', 'claimed', 'recovered')), 0) AS credits,
                   COALESCE(sum(balance) FILTER (WHERE stage IN
                       ('claim_contra', 'claimed', 'recovered')), 0) AS claims
              FROM ledger_account GROUP BY envelope_id) AS s
      JOIN ledger_envelope v ON v.id = s.envelope_id
      JOIN {BOOKS} ON b.id = v.book_id
     WHERE {CHOSEN} AND (s.credits <> 0 OR s.claims <> 0)
     ORDER BY b.year, v.id
    """  # noqa: S608 -- constants of this module
)

TURNOVERS = text(
    f"""
    SELECT {PLACE}, v.label, stage, booked_on
      FROM (SELECT a.envelope_id, a.stage, e.booked_on, -sum(least(p.amount, 0)) AS taken,
                   sum(greatest(p.amount, 0)) AS given, count(*) AS legs
              FROM ledger_book b
              JOIN ledger_entry e ON e.book_id = b.id AND e.number <= b.turned_to
              JOIN ledger_posting p ON p.entry_id = e.id
              JOIN ledger_account a ON a.id = p.account_id
             GROUP BY a.envelope_id, a.stage, e.booked_on) AS x
      FULL JOIN ledger_turnover t USING (envelope_id, stage, booked_on)
      JOIN ledger_envelope v ON v.id = envelope_id
      JOIN {BOOKS} ON b.id = v.book_id
     WHERE {CHOSEN} AND (x.taken, x.given, x.legs) IS DISTINCT FROM (t.taken, t.given, t.legs)
     ORDER BY b.year, v.label, stage, booked_on
    """  # noqa: S608 -- constants of this module
)

ORPHANS = text(
    """
    SELECT p.entry_id, count(*) AS legs FROM ledger_posting p
     WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.id = p.entry_id)
     GROUP BY p.entry_id ORDER BY p.entry_id
    """
)

UNANSWERED = text(
    f"""
    SELECT {PLACE}, e.number FROM ledger_entry e
      JOIN {BOOKS} ON b.id = e.book_id
     WHERE e.operation IN ('carry_over', 'carry_commitment', 'attach', 'draw_credits',
                           'return_credits')
       AND NOT EXISTS (SELECT FROM ledger_entry next WHERE next.answers_id = e.id)
       AND {CHOSEN}
     ORDER BY b.year, e.number
    """  # noqa: S608 -- constants of this module
)

# Names and values as text: a byte altered behind the triggers' back must not stop the reading.
LEGS = text(
    f"""
    SELECT {PLACE}, b.id AS book, b.funder_id, b.year, e.id, e.created_at, e.number, e.operation,
           e.key, e.request, e.booked_on, e.booked_at, e.reason, e.actor_id, e.answers_id,
           e.posting_count, e.previous_hash, e.hash, before.number AS number_before,
           before.hash AS hash_before, p.amount, a.id AS account, a.stage, a.award_id,
           v.id AS envelope, v.unit, v.section, v.book_id AS envelope_book
      FROM {BOOKS}
      JOIN ledger_entry e ON e.book_id = b.id
      LEFT JOIN LATERAL (SELECT o.number, o.hash FROM ledger_entry o
                          WHERE o.book_id = b.id AND o.number < e.number
                          ORDER BY o.number DESC LIMIT 1) AS before ON true
      LEFT JOIN ledger_posting p ON p.entry_id = e.id
      LEFT JOIN ledger_account a ON a.id = p.account_id
      LEFT JOIN ledger_envelope v ON v.id = a.envelope_id
     WHERE e.id = ANY (CAST(:entries AS uuid[]))
     ORDER BY b.year, b.id, e.number, p.position
    """  # noqa: S608 -- constants of this module
)


def make_room(session: Session) -> None:
    """Until the transaction ends: no limit of time, memory for sums over whole books."""
    session.execute(text(ROOM))


def suspects(session: Session, chosen: dict[str, Any]) -> set[Any]:
    """The entries that do not follow the one before, or do not hold together. Two passes."""
    walks = list(OPERATIONS.values())
    table = {
        "names": [one.name for one in walks],
        "sources": [one.source.value for one in walks],
        "targets": [one.target.value for one in walks],
        "reversible": [one.reversible for one in walks],
    }
    found = set(session.scalars(text(UNCHAINED), chosen))
    return found | set(session.scalars(text(ALTERED), {**chosen, **table}))


def newest(session: Session, chosen: dict[str, Any], most: int) -> set[Any]:
    """The latest entries of each book."""
    return set(session.scalars(text(NEWEST), {**chosen, "newest": most}))
