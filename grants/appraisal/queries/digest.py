"""What is new for each person, on either side of the counter: the matter of the daily digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from grants.people.seals import sealed_from

# Who is told of what: the applicant's side of the service's messages; the referent (or, for want
# of one who may know of the file, each officer of the call's funders) of the applicant's, of
# complements, of opinions, of files that come to them. Nobody is told of a file from which they
# are recused, nor for a funder of one that they read blind on a jury.
NEWS = f"""
    WITH officer AS (
        SELECT DISTINCT a.id AS application_id, f.person_id
        FROM application a JOIN call_funder c ON c.call_id = a.call_id
        JOIN funder_member f ON f.funder_id = c.funder_id AND f.role = 'officer'
        WHERE a.submitted_at IS NOT NULL AND (COALESCE(a.referent_id, f.person_id) = f.person_id
            OR EXISTS (SELECT FROM recusal q
                WHERE q.application_id = a.id AND q.person_id = a.referent_id)
            OR a.id IN ({sealed_from("a.referent_id")}))
          AND a.id NOT IN ({sealed_from("f.person_id")})
    ), told AS (
        SELECT o.person_id, m.application_id, 'message' AS what, m.written_at AS at
        FROM thread_message m JOIN officer o USING (application_id)
        WHERE m.by_applicant AND m.written_at > :since
        UNION ALL
        SELECT side.person_id, m.application_id, 'message', m.written_at
        FROM thread_message m JOIN application a ON a.id = m.application_id
        CROSS JOIN LATERAL (
            SELECT a.author_id AS person_id UNION
            SELECT person_id FROM organisation_member
            WHERE organisation_id = a.organisation_id AND role = 'representative') side
        WHERE NOT m.by_applicant AND m.written_at > :since
        UNION ALL
        SELECT o.person_id, r.application_id, 'complement', r.answered_at
        FROM complement_request r JOIN officer o USING (application_id)
        WHERE r.answered_at > :since
        UNION ALL
        SELECT o.person_id, r.application_id, 'opinion', COALESCE(r.answered_at, r.declined_at)
        FROM opinion_request r JOIN officer o USING (application_id)
        WHERE COALESCE(r.answered_at, r.declined_at) > :since
        UNION ALL
        SELECT c.to_id, c.application_id, 'referent', c.changed_at
        FROM referent_change c
        WHERE c.changed_at > :since AND c.to_id IS NOT NULL
          AND c.application_id NOT IN ({sealed_from("c.to_id")})
          AND c.changed_by IS DISTINCT FROM c.to_id
    )
    SELECT t.person_id, t.application_id, t.what, count(*) AS many
    FROM told t JOIN person p ON p.id = t.person_id AND p.disabled_at IS NULL
    LEFT JOIN digest_preference d ON d.person_id = t.person_id
    LEFT JOIN thread_reading r
      ON r.application_id = t.application_id AND r.person_id = t.person_id
    WHERE t.at <= :until AND (t.what <> 'message' OR t.at > COALESCE(r.read_at, '-infinity'))
      AND NOT EXISTS (SELECT FROM recusal q
        WHERE q.application_id = t.application_id AND q.person_id = t.person_id)
      AND {{who}}
    GROUP BY t.person_id, t.application_id, t.what
    ORDER BY t.application_id, t.what
"""  # noqa: S608 -- no value of anybody's
EVERYONE = text(
    NEWS.format(
        who="COALESCE(d.pace, 'daily') = 'daily' AND d.told_on IS DISTINCT FROM :day"
        " AND t.at > COALESCE(d.told_until, '-infinity')"
    )
)
ONE = text(NEWS.format(who="t.person_id = :person_id"))


class News(NamedTuple):
    """So many things of one kind about one file: message, complement, opinion or referent."""

    person_id: UUID
    application_id: UUID
    what: str
    many: int


def awaiting(session: Session, *, since: datetime, until: datetime, day: date) -> Sequence[UUID]:
    """The persons whom a digest is owed on `day`: something is new since their last."""
    rows = session.execute(EVERYONE, {"since": since, "until": until, "day": day})
    return sorted({row.person_id for row in rows})


def news(session: Session, person_id: UUID, *, since: datetime, until: datetime) -> list[News]:
    """What is new for one person between two instants."""
    given = {"person_id": person_id, "since": since, "until": until}
    return [News._make(row) for row in session.execute(ONE, given)]
