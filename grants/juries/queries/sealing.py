"""The seal of everything that a jury's ranking rests on."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from grants.juries.ballots import METHODS
from grants.juries.queries.ballots import STANDS

# Every number that the ranking rests on, one a line, in an order that depends on nothing else.
INPUTS = """
    SELECT encode(sha256(convert_to(coalesce(string_agg(line, chr(10) ORDER BY line
        COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM (
        SELECT concat_ws('|', 'criterion', key, weight, scale_max,
            CASE WHEN optional THEN 'optional' END,
            CASE WHEN tracks <> '[]' THEN tracks::text END) AS line
        FROM criterion WHERE jury_id = :jury
        UNION ALL
        SELECT concat_ws('|', 'review', application_id, seat_id, state,
            CASE WHEN set_aside_at IS NULL THEN 'counted' ELSE 'set aside' END, total)
        FROM review WHERE jury_id = :jury AND state <> 'draft'
        UNION ALL
        SELECT concat_ws('|', 'mark', r.application_id, r.seat_id, c.key,
            coalesce(m.value::text, 'abstained'))
        FROM mark m JOIN review r ON r.id = m.review_id JOIN criterion c ON c.id = m.criterion_id
        WHERE r.jury_id = :jury AND r.state <> 'draft'
        UNION ALL
        SELECT concat_ws('|', 'rule', rule, ballot_points, ballot_budget) FROM jury
        WHERE id = :jury AND rule = ANY (:balloted)
        UNION ALL
        SELECT concat_ws('|', 'ballot', l.application_id, b.seat_id,
            CASE WHEN l.abstained THEN 'abstained' ELSE coalesce(l.value::text, 'blank') END,
            CASE WHEN {stands} THEN 'counted' ELSE 'set aside' END)
        FROM jury_ballot b JOIN seat s ON s.id = b.seat_id
        JOIN jury_ballot_line l ON l.ballot_id = b.id
        JOIN assignment g ON g.jury_id = b.jury_id AND g.seat_id = b.seat_id
            AND g.application_id = l.application_id
        WHERE b.jury_id = :jury AND b.state = 'final'
    ) inputs
"""


def inputs_sha256(session: Session, jury_id: UUID) -> str:
    """The seal of everything that a jury's ranking rests on: criteria, reviews, marks, ballots.

    SHA-256 of the lines that `INPUTS` writes, sorted by their bytes and joined by line feeds.
    """
    statement = text(INPUTS.format(stands=STANDS))
    return str(session.scalar(statement, {"jury": jury_id, "balloted": sorted(METHODS)}))
