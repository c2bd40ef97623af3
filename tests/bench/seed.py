"""Two calls of 2,000 and 20,000 applications of forty answers with three reviews each; two open."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from build.calls import a_call, a_call_from_template
from build.juries import a_seat, criteria_of
from build.people import a_funder, a_funder_member, a_person
from grants import tables  # noqa: F401 -- registers every model
from grants.calls.form import document_hash
from grants.calls.models import Call, Jury
from grants.db import Database
from grants.db.session import make_engine
from grants.people.services import start_sign_in
from tests.bench.flows import Place
from tests.bench.forty import FORTY, TWO_HUNDRED, stored

FILES = 2_000
"""Of the call that figures are given for; another has ten times as many."""
TIMES = 10
FOUND = 100
"""So many files of each call hold the word that is searched for."""
APPLICANTS, JURORS, REVIEWS_EACH, DESK = 640, 30, 3, 200
CLIENTS = 16


def seed(url: str, files: int = FILES) -> Place:
    """Fill a migrated database; the same rows each time but for their identifiers.

    `files` are at least 300: the longest page and the jurors' desks are filled.
    """
    now = datetime.now(UTC)
    with Database(make_engine(url)).transaction() as session:
        # Bulk rows: what triggers and foreign keys would check is made right below.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("SET LOCAL statement_timeout = 0"))
        funder = a_funder(session)
        officer = a_funder_member(session, funder)
        applicants = [a_person(session, name=f"Candidate {at}") for at in range(APPLICANTS)]
        small, jury = judged(session, funder, files, now)
        large, _ = judged(session, funder, TIMES * files, now)
        opened = a_call(
            session, document=FORTY, closes_at=now + timedelta(days=30), number_prefix="BANC-2026"
        )
        wide = a_call(session, document=TWO_HUNDRED, closes_at=now + timedelta(days=30))
        session.execute(text("SET LOCAL session_replication_role = origin"))
        session.execute(text("UPDATE application SET title = title"))  # to be found by its words
        session.execute(text("SET LOCAL session_replication_role = replica"))
        desks = _desks(session, small, jury, files)

        def token(person: Any) -> str:
            return start_sign_in(session, person.id, user_agent="bench", now=now)

        place = Place(
            call_path=f"/appels/{small.slug}",
            open_call_id=str(opened.id),
            open_call_path=f"/appels/{opened.slug}",
            large_form_id=str(wide.id),
            list_path=f"/instruction/appels/{small.id}/dossiers",
            large_list_path=f"/instruction/appels/{large.id}/dossiers",
            officer=token(officer),
            applicants=[token(one) for one in applicants],
            jury_path=f"/jury/{jury.id}",
            jurors=[(token(person), application) for person, application in desks],
            criteria=[one.key for one in criteria_of(session, jury)],
            files=files,
            officer_id=officer.id,
            large_id=large.id,
        )
    with Database(make_engine(url)).bind.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    return place


def judged(
    session: Session, funder: Any, count: int, now: datetime, each: int = REVIEWS_EACH
) -> tuple[Call, Jury]:
    """A real call of the catalogue, its applications in review, `each` final reviews of each."""
    call = a_call_from_template(
        session, "courts_circuits", closes_at=now + timedelta(days=30), m2a=funder
    )
    session.execute(
        text("UPDATE stage SET starts_on = NULL, ends_on = NULL WHERE call_id = :call"),
        {"call": call.id},
    )
    session.execute(
        text("UPDATE form_revision SET document = :form, document_hash = :hash WHERE id = :id"),
        {
            "form": json.dumps(FORTY),
            "hash": document_hash(FORTY),
            "id": call.current_revision_id,
        },
    )
    found = text("""SELECT j.id FROM jury j JOIN stage s ON s.id = j.stage_id
        WHERE j.call_id = :call ORDER BY s.position, j.position LIMIT 1""")
    jury = session.get_one(Jury, session.scalar(found, {"call": call.id}))
    seats = [a_seat(session, jury) for _ in range(JURORS)]
    given = {
        "call": call.id,
        "revision": call.current_revision_id,
        "prefix": call.number_prefix,
        "count": count,
        "found": FOUND,
        "answers": stored(FORTY),
        "now": now,
        "jury": jury.id,
        "seats": [one.id for one in seats],
        "each": each,
    }
    for statement in (APPLICATIONS_SQL, COUNTER_SQL, ASSIGNMENTS_SQL, REVIEWS_SQL, MARKS_SQL):
        session.execute(text(statement), given)
    return call, jury


APPLICATIONS_SQL = """
    WITH people AS (SELECT id, row_number() OVER (ORDER BY email) AS nth, count(*) OVER () AS of_all
                    FROM person WHERE name LIKE 'Candidate %')
    INSERT INTO application (id, call_id, revision_id, author_id, state, place, number, title,
        requested, summary, search_text, answers, started_at, saved_at, submitted_at,
        submitted_by, admissible_at)
    SELECT gen_random_uuid(), :call, :revision, p.id, 'in_review', n,
        concat(CAST(:prefix AS text), '-', lpad(n::text, greatest(4, length(n::text)), '0')),
        concat(CASE WHEN n % (:count / :found) = 0 THEN 'La ressourcerie' ELSE 'Le projet' END,
            ' numéro ', n), 500000 + (n * 7919) % 4500000, 'Un projet du quartier.',
        'projet solidaire numero ' || n, CAST(:answers AS jsonb), :now, :now,
        CAST(:now AS timestamptz) - n * interval '1 minute', p.id, :now
    FROM generate_series(1, :count) AS n JOIN people p ON p.nth = 1 + n % p.of_all
    """
COUNTER_SQL = "INSERT INTO application_counter (call_id, last) VALUES (:call, :count)"
ASSIGNMENTS_SQL = """
    INSERT INTO assignment (id, jury_id, seat_id, application_id, draw)
    SELECT gen_random_uuid(), :jury,
        (CAST(:seats AS uuid[]))[1 + (a.place * :each + k) % cardinality(CAST(:seats AS uuid[]))],
        a.id, gen_random_uuid()
    FROM application a, generate_series(1, :each) AS k WHERE a.call_id = :call
    """
REVIEWS_SQL = """
    INSERT INTO review (id, jury_id, seat_id, application_id, state, total, comment_jury,
        finalised_at)
    SELECT gen_random_uuid(), a.jury_id, a.seat_id, a.application_id, 'final',
        abs(hashtext(a.id::text)) % 100001, 'Un projet clair.', :now
    FROM assignment a WHERE a.jury_id = :jury
    """
MARKS_SQL = """
    INSERT INTO mark (review_id, criterion_id, value)
    SELECT r.id, c.id, abs(hashtext(r.id::text)) % (c.scale_max + 1)
    FROM review r JOIN criterion c ON c.jury_id = r.jury_id WHERE r.jury_id = :jury
    """
DESK_SQL = """
    INSERT INTO assignment (id, jury_id, seat_id, application_id, draw)
    SELECT gen_random_uuid(), :jury, :seat, id, gen_random_uuid() FROM application
    WHERE call_id = :call AND place > :after ORDER BY place LIMIT :desk
    """
FIRST_SQL = """SELECT application_id FROM assignment WHERE seat_id = :seat ORDER BY draw LIMIT 1"""


def _desks(session: Session, call: Call, jury: Jury, files: int) -> list[tuple[Any, str]]:
    """As many jurors as clients, each with a desk full of files not scored yet."""
    found = []
    for nth in range(CLIENTS):
        person = a_person(session)
        seat = a_seat(session, jury, person=person)
        given = {
            "jury": jury.id,
            "seat": seat.id,
            "call": call.id,
            "after": nth * (files - DESK) // CLIENTS,
        }
        session.execute(text(DESK_SQL), {**given, "desk": DESK})
        found.append((person, str(session.scalar(text(FIRST_SQL), {"seat": seat.id}))))
    return found
