"""Mentorings, empty and full; rankings and decisions of a call with tracks."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from build.calls import a_call
from build.clock import NOW
from build.gallery.names import CALL, NAMES, Look, a_busy_panel, entitle
from build.juries import a_review, a_seat, a_store, an_application_in_review
from build.ledger import a_book, an_envelope
from build.mentoring import a_mentor, a_mentoring_stage, a_pair, given
from build.people import a_funder, a_funder_member, a_person, acting_as
from grants.calls.models import Stage, Track
from grants.juries.services import close_jury
from grants.kernel.money import Unit
from grants.people.models import Person


def helped(session: Session, many: int) -> Iterator[Look]:
    """A mentoring before anybody is on the list; then with pairs, hours and one that ended."""
    funder = a_funder(session)
    hours = an_envelope(session, a_book(session, funder), unit=Unit.HOUR, voted=4)
    call = a_call(session, funders=[funder], envelopes=[hours], title_fr=CALL)
    officer, stage = a_funder_member(session, funder), a_mentoring_stage(session, call)
    files = [an_application_in_review(session, call) for _ in range(3)]
    entitle(session, files)
    home = f"/instruction/etapes/{stage.id}/parrainage"
    bare = a_call(session, funders=[funder])
    yield Look(officer, f"/instruction/etapes/{a_mentoring_stage(session, bare).id}/parrainage")
    yield Look(officer, f"{home}/dossiers/{files[0].id}")
    someone = a_person(session, name=NAMES[0])
    skills = ["food", "digital", "energy"]
    mentors = [
        a_mentor(session, stage, name=name, skills=skills[: nth % 4], hours=3 + nth)
        for nth, name in enumerate(NAMES[1:])
    ]
    mentors.append(a_mentor(session, stage, name=NAMES[0], email=someone.email, hours=2))
    pairs = [a_pair(session, mentors[-1], one, officer) for one in files[:2]]
    pairs[1].ended_at = NOW
    for pair, minutes in ((pairs[0], 90), (pairs[0], 45), (pairs[1], 120)):
        given(session, pair, minutes, someone, by_mentor=minutes > 60)
    for page in (home, f"{home}?q=introuvable", f"{home}/dossiers/{files[0].id}"):
        yield Look(officer, page)
    for page in (f"{home}/parrains/{mentors[0].id}", f"{home}/parrains/nouveau"):
        yield Look(officer, page, press="Enregistrer", fill={"hours": "0"}, answer=422)
    for pair in pairs:
        yield Look(someone, f"/parrainages/{pair.id}")
    log = {"press": "Noter ces heures", "answer": 422}
    yield Look(someone, f"/parrainages/{pairs[0].id}", **log)
    yield Look(someone, "/parrainages")
    yield Look(officer, "/parrainages")
    author = session.get_one(Person, files[0].author_id)
    yield Look(author, f"/dossiers/{files[0].id}")
    yield Look(author, f"/dossiers/{files[0].id}/parrainage", **log)


def asked_to_read(session: Session, many: int) -> Iterator[Look]:
    """Whoever helps a project is asked to score its call without names."""
    panel = a_busy_panel(session, jurors=1, applications=2)
    session.get_one(Stage, panel.jury.stage_id).blind = True
    someone = a_person(session, name=NAMES[0])
    stage = a_mentoring_stage(session, panel.call)
    mentor = a_mentor(session, stage, name=NAMES[0], email=someone.email)
    a_pair(session, mentor, panel.applications[0], panel.officer)
    seat = a_seat(session, panel.jury, person=someone, accepted=False)
    session.flush()
    path = f"/jury/invitations/{seat.id}"
    yield Look(
        someone, path, press="Accepter et rejoindre le jury", fill={"charter": "y"}, answer=409
    )


def by_track(session: Session, many: int) -> Iterator[Look]:
    """A jury that ranks two tracks, closed; and the table of decisions."""
    panel = a_busy_panel(session, jurors=1, applications=4)
    for position, (key, label) in enumerate((("a", "Amorçage"), ("b", "Consolidation")), 1):
        track = {"position": position, "key": key, "label_fr": label, "label_en": label}
        session.add(Track(call_id=panel.call.id, **track))
    for nth, one in enumerate(panel.applications):
        one.track_key = "ab"[nth % 2]
        a_review(session, panel.seats[0], one, nth + 3, 9)
    officer = acting_as(session, panel.officer)
    close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)
    page = f"/instruction/jurys/{panel.jury.id}/classement"
    for tail in ("", "?track=a"):
        yield Look(panel.officer, page + tail)
        yield Look(panel.jurors[0], f"/jury/{panel.jury.id}/classement{tail}")
    yield Look(panel.officer, f"/instruction/appels/{panel.call.id}/decision")
