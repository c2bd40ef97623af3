"""Pages beside a jury's work: one file's notes, large figures, results, a vote being counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from build.gallery.live import a_long_poll
from build.gallery.names import CALL, TITLES, Look, a_busy_panel
from build.gallery.scoring import lead_of
from build.juries import a_recusal, a_review
from build.people import a_funder, a_funder_member, acting_as
from grants.decisions.models import Decision
from grants.juries import services
from grants.juries.models import Assignment, ReviewState
from grants.juries.queries import figures
from grants.kernel.access import FunderRole

# As many applications as make a jury's figures a job's work, copied from one that is there.
MANY_MORE = """
    WITH more AS (
        INSERT INTO application SELECT (jsonb_populate_record(one, jsonb_build_object(
            'id', gen_random_uuid(), 'place', 1000 + nth, 'number', one.number || '-' || nth))).*
        FROM application one, generate_series(1, :more) nth WHERE one.id = :id RETURNING id
    )
    INSERT INTO assignment SELECT (jsonb_populate_record(one, jsonb_build_object(
        'id', gen_random_uuid(), 'application_id', more.id))).*
    FROM assignment one, more WHERE one.id = :assignment
"""


def noted(session: Session, many: int) -> Iterator[Look]:
    """What members wrote of one file, one set aside and one abstained; of another, nothing."""
    panel = a_busy_panel(session, jurors=4, applications=2)
    words = {
        "comment_jury": "Un besoin bien établi.\n\nLe loyer reste à confirmer avec la commune.",
        "comment_applicant": "Précisez qui tient l’accueil le samedi.",
    }
    file = panel.applications[0]
    for nth, seat in enumerate(panel.seats[:2]):
        a_review(session, seat, file, 7 + nth, None if nth else 5, **words)
    a_review(session, panel.seats[2], file, state=ReviewState.ABSTAINED)
    a_review(session, panel.seats[3], file, 9, 9)
    a_recusal(session, panel.jurors[3], file, jury_id=panel.jury.id)
    for one in panel.applications:
        yield Look(panel.officer, f"/instruction/jurys/{panel.jury.id}/dossiers/{one.id}/notes")


def large(session: Session, many: int) -> Iterator[Look]:
    """A jury whose figures are worked out in the background: to ask for, asked for, there."""
    panel = a_busy_panel(session, jurors=3, applications=6)
    for nth, application in enumerate(panel.applications):
        for at, seat in enumerate(panel.seats):
            a_review(session, seat, application, 10 - nth, 5 + at)
    copied = select(Assignment.id).where(Assignment.application_id == panel.applications[0].id)
    session.execute(
        text(MANY_MORE),
        {
            "more": figures.AT_ONCE_MAX,
            "id": panel.applications[0].id,
            "assignment": session.scalars(copied.limit(1)).one(),
        },
    )
    office, desk = (f"/{one}/{panel.jury.id}/comparaison" for one in ("instruction/jurys", "jury"))
    chair = panel.jurors[-1]
    yield Look(panel.officer, office, press="Calculer les chiffres")
    yield Look(chair, desk)
    officer = acting_as(session, panel.officer)
    services.keep_figures(session, panel.jury.id, places=4, actor=officer, now=NOW)
    yield Look(panel.officer, f"{office}?places=4")
    yield Look(panel.officer, f"{office}/certitude?places=4")


def shown_to_all(session: Session, many: int) -> Iterator[Look]:
    """What was decided, as anybody reads it."""
    scene = a_scene(session, applications=2)
    scene.call.title_fr = CALL
    for one, title in zip(scene.applications, TITLES, strict=False):
        one.title = title
        one.answers = {**one.answers, "title": title, "summary": f"{title}. " * 4}
    told = a_deliberation(session, scene, an_award(scene), a_refusal(scene), announced=True)
    awarded = select(Decision.id).where(
        Decision.deliberation_id == told.id,
        Decision.application_id == scene.applications[0].id,
    )
    yield Look(None, "/resultats")
    yield Look(None, f"/resultats?appel={scene.call.slug}")
    yield Look(None, f"/resultats/{session.scalars(awarded).one()}")


def counting(session: Session, many: int) -> Iterator[Look]:
    """A public vote that is over and whose ballots are not counted yet."""
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    poll = a_long_poll(session, funder, closes_at=NOW - timedelta(minutes=1))
    for who, page in (
        (officer, f"/instruction/votes/{poll.id}"),
        (None, f"/votes/{poll.slug}"),
        (None, "/votes"),
    ):
        yield Look(who, page)


def stepped_back(session: Session, many: int) -> Iterator[Look]:
    """Where an administrator recuses a colleague: a number that is nobody's, and one that is."""
    panel = a_busy_panel(session, jurors=1, applications=1)
    administrator = a_funder_member(session, lead_of(session, panel), FunderRole.ADMINISTRATOR)
    page = "/administration/deports"
    yield Look(administrator, page)
    number = {"number": "INTROUVABLE-0001"}
    yield Look(administrator, page, press="Choisir la personne", fill=number)
    file = panel.applications[0]
    known = {"number": file.number}
    yield Look(administrator, page, press="Choisir la personne", fill=known)
