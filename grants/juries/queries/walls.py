"""From which applications somebody is kept, and who is kept from one: for mails and workers.

A recusal keeps from everything; a seat on a blind jury keeps from what the office would tell
(`people.seals`). For services and workers: no viewer.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import String, Uuid

from grants.calls.models import CallFunder, Jury
from grants.juries.rules import conceals
from grants.kernel.access import Actor, FunderRole
from grants.people.seals import sealed_from

HIDDEN = text(f"""
    SELECT kept.application_id FROM person p CROSS JOIN LATERAL (
        SELECT application_id FROM recusal WHERE person_id = p.id
        UNION {sealed_from("p.id")}) kept
    WHERE p.id = :person OR p.email = :address
""")  # noqa: S608 -- no value of anybody's
KEPT = text(f"""
    SELECT p.id, p.email FROM person p
    WHERE (p.id = ANY(:people) OR p.email = ANY(:addresses)) AND (
        EXISTS (SELECT FROM recusal r WHERE r.person_id = p.id AND r.application_id = :application)
        OR :application IN ({sealed_from("p.id")}))
""").bindparams(  # noqa: S608 -- no value of anybody's
    bindparam("people", type_=ARRAY(Uuid)),
    bindparam("addresses", type_=ARRAY(String)),
    bindparam("application", type_=Uuid),
)
# Of the funders for which the viewer is an officer, is there one left without any other?
ALONE = text("""
    SELECT EXISTS (SELECT FROM call_funder c WHERE c.call_id = :call
        AND c.funder_id = ANY(:office) AND NOT EXISTS (
            SELECT FROM funder_member m JOIN person p ON p.id = m.person_id
            WHERE m.funder_id = c.funder_id AND m.role = 'officer' AND m.person_id <> :viewer
              AND p.disabled_at IS NULL AND NOT EXISTS (
                SELECT FROM seat s JOIN jury j ON j.id = s.jury_id AND j.closed_at IS NULL
                JOIN stage g ON g.id = j.stage_id AND g.blind
                WHERE s.person_id = m.person_id AND s.accepted_at IS NOT NULL
                  AND j.call_id = c.call_id)))
""").bindparams(bindparam("office", type_=ARRAY(Uuid)))
MUST_NOT = text("""
    SELECT EXISTS (SELECT FROM person p JOIN recusal r ON r.person_id = p.id
            WHERE p.email = :address AND r.application_id = :application)
        OR EXISTS (SELECT FROM seat s JOIN jury j ON j.id = s.jury_id AND j.closed_at IS NULL
            JOIN stage g ON g.id = j.stage_id AND g.blind
            JOIN application a ON a.call_id = j.call_id
            LEFT JOIN person p ON p.id = s.person_id
            WHERE a.id = :application AND s.accepted_at IS NOT NULL
              AND :address IN (s.email, p.email))
""")
# Mentoring stands above juries on the staircase: named here as text.
HELPED = text("""
    SELECT DISTINCT a.id FROM mentor m
    JOIN mentoring_pair p ON p.mentor_id = m.id
    JOIN application a ON a.id = p.application_id AND a.call_id = :call
    WHERE m.email = :address AND NOT EXISTS (SELECT FROM recusal r
        WHERE r.application_id = a.id AND r.person_id = :person)
    ORDER BY a.id
""")
BLINDING = text("""
    SELECT j.id FROM seat s JOIN jury j ON j.id = s.jury_id AND j.closed_at IS NULL
    JOIN stage g ON g.id = j.stage_id AND g.blind
    WHERE s.person_id = :person AND s.accepted_at IS NOT NULL
    ORDER BY j.id
""")
RECUSED_SINCE = text("""
    SELECT EXISTS (SELECT FROM recusal WHERE person_id = :person AND declared_at >= :at)
""")


def closes_office(session: Session, jury: Jury, viewer: Actor) -> bool:
    """Whether taking a seat there closes the call's files to the viewer in the office.

    The jury's stage must be loaded. One statement for who works for a funder, else none.
    """
    if not (viewer.funders and conceals(jury)):
        return False
    theirs = exists().where(
        CallFunder.call_id == jury.call_id, CallFunder.funder_id.in_(sorted(viewer.funders))
    )
    return bool(session.scalar(select(theirs)))


def leaves_no_officer(session: Session, jury: Jury, viewer: Actor) -> bool:
    """Whether, with the viewer on that blind jury, no officer of a funder could open its files.

    For whoever takes the seat in this transaction: officers of one call take theirs in turn, or
    the last two would each count on the other.
    """
    office = sorted(viewer.funders_as(FunderRole.OFFICER))
    if not office or not conceals(jury):
        return False
    in_turn(session, jury.call_id)
    facts = {"call": jury.call_id, "viewer": viewer.id, "office": office}
    return bool(session.scalar(ALONE, facts))


def in_turn(session: Session, call_id: UUID) -> None:
    """Wait for whoever takes a blind seat of a call, or is made a mentor in it, to be done.

    Held until the transaction ends. Two that look at each other's rows would both see nothing.
    """
    key = func.hashtextextended(f"seats:{call_id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))


def helped_by(session: Session, jury: Jury, viewer: Actor) -> list[UUID]:
    """The applications that the viewer must not read on a blind jury: they know whose they are.

    Those that they help or helped as a mentor, unless recused from already. Empty on a jury that
    reads with names. The jury's stage must be loaded. One statement at most.
    """
    if not conceals(jury):
        return []
    facts = {"call": jury.call_id, "address": viewer.email, "person": viewer.id}
    return list(session.scalars(HELPED, facts))


def hidden_from(session: Session, person_id: UUID | None, address: str) -> frozenset[UUID]:
    """The applications of which a person, or whoever has that address, is not written to."""
    facts = {"person": person_id, "address": address.strip().lower()}
    return frozenset(session.scalars(HIDDEN, facts))


def kept_from(
    session: Session, application_id: UUID, people: Collection[UUID], addresses: Collection[str]
) -> tuple[frozenset[UUID], frozenset[str]]:
    """Who of these is not told of an application: persons, and addresses. One statement."""
    facts = {
        "application": application_id,
        "people": list(people),
        "addresses": [one.strip().lower() for one in addresses],
    }
    rows = session.execute(KEPT, facts).all()
    return frozenset(row.id for row in rows), frozenset(row.email for row in rows)


def must_not_know(session: Session, application_id: UUID, address: str) -> bool:
    """Whether nobody may show an application, by name, to whoever has that address.

    They are recused from it, or sit on a blind jury of its call, whoever they work for. For what
    is shown outside the office: an opinion asked for, a mentoring. One statement.
    """
    facts = {"application": application_id, "address": address.strip().lower()}
    return bool(session.scalar(MUST_NOT, facts))


def blinding(session: Session, person_id: UUID) -> list[UUID]:
    """The juries, still open, on which a person must not know who applies. One statement."""
    return list(session.scalars(BLINDING, {"person": person_id}))


def kept_since(
    session: Session,
    viewer: Actor,
    instant: datetime,
    *,
    blind_then: Collection[str],
    jury_id: UUID | None = None,
) -> bool:
    """Whether anything was hidden from the viewer since: files made before may tell of it.

    A recusal after `instant`; or a jury that blinds them now and is none of `blind_then`, those
    that did when the file was made: a seat taken since, or a stage made blind once it was taken.
    Of what was made for one jury, `jury_id`, that one alone counts. Two statements at most.
    """
    recused = {"person": viewer.id, "at": instant}
    if viewer.recused_from and session.scalar(RECUSED_SINCE, recused):
        return True
    if jury_id is None and not viewer.sealed_from:
        return False
    fresh = {str(one) for one in blinding(session, viewer.id)} - set(blind_then)
    return str(jury_id) in fresh if jury_id else bool(fresh)
