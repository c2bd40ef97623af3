"""Hearings, meetings and public votes, at each moment of their lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.calls import a_call
from build.clock import NOW
from build.gallery.names import CALL, HOUSES, TITLES, Look, dress
from build.hearings import DAY, PLAN, a_hearing_panel, planned
from build.juries import a_recusal
from build.people import a_funder, a_funder_member
from build.polls import SECRET, a_link, a_poll, a_vote_stage, some_codes, vote
from build.sittings import Meeting, a_meeting
from grants.juries.hearings import services as hearings
from grants.people.models import Funder, Person
from grants.polls import queries
from grants.polls import services as polls
from grants.polls.links import path
from grants.polls.models import Candidate, Poll, PollRule
from grants.sittings import queries as minutes
from grants.sittings import services as sittings
from grants.sittings.models import Choice


def heard(session: Session, many: int) -> Iterator[Look]:
    """Hearings: no hours yet; proposed; told, answered, asked and replied."""
    bare = a_hearing_panel(session, jurors=1, applications=1, plan=None)
    yield Look(bare.panel.officer, f"/instruction/jurys/{bare.jury_id}/auditions")
    yield Look(bare.panel.officer, f"/instruction/jurys/{bare.jury_id}/auditions/contraintes")
    yield Look(bare.panel.jurors[0], f"/jury/{bare.jury_id}/auditions")
    scene = a_hearing_panel(session, jurors=4, applications=6, plan=PLAN)
    dress(session, scene.panel)
    planned(session, scene, sent=True)
    panel, officer = scene.panel, scene.officer
    first = panel.applications[0]
    by = {"actor": officer, "now": NOW}
    text = "Quel loyer avez-vous négocié avec la commune ?\nQui tient l’accueil le samedi ?"
    due = DAY - timedelta(days=3)
    hearings.write_feedback(session, panel.jury.id, first.id, text, due_on=due, **by)
    hearings.release_feedback(session, panel.jury.id, first.id, **by)
    author = session.get_one(Person, first.author_id)
    office, desk = f"/instruction/jurys/{panel.jury.id}/auditions", f"/jury/{panel.jury.id}"
    file, other = f"{office}/dossiers/{first.id}", panel.applications[1].id
    for page in (office, f"{office}?q=introuvable", f"{office}/contraintes", f"{office}/apercu"):
        yield Look(panel.officer, page)
    for page in (file, f"{office}/dossiers/{other}"):
        yield Look(panel.officer, page)
    yield Look(panel.officer, file, press="Noter", answer=422)
    yield Look(author, f"/dossiers/{first.id}/audition")
    yield Look(author, f"/dossiers/{first.id}/audition", press="Dire si je viens", answer=422)
    for tail in ("", "/auditions", f"/dossiers/{first.id}"):
        yield Look(panel.jurors[0], desk + tail)


def met(session: Session, many: int) -> Iterator[Look]:
    """Meetings: to come, under way with a vote, and over with minutes to sign and signed."""
    yield from _meeting_under_way(session)
    coming = _a_meeting(session, opened=False)
    for who in (coming.panel.officer, coming.panel.jurors[1]):
        yield Look(who, f"/seances/{coming.sitting.id}")
        yield Look(who, f"/seances/{coming.sitting.id}/ordre-du-jour")
    empty = {"press": "Préparer la séance", "answer": 422}
    yield Look(coming.panel.officer, f"/instruction/jurys/{coming.panel.jury.id}/seance", **empty)
    over = _a_meeting(session)
    over.go_to(session, 0)
    _a_vote(session, over, secret=False)
    sittings.write_note(session, over.sitting.id, None, "Séance cordiale.", actor=over.officer)
    sittings.close_sitting(session, over.sitting.id, actor=over.officer, now=NOW)
    page = f"/seances/{over.sitting.id}/proces-verbal"
    yield Look(over.panel.officer, f"/seances/{over.sitting.id}")
    yield Look(over.panel.officer, page)
    yield Look(over.panel.jurors[0], page)
    signed = _a_meeting(session)
    signed.go_to(session, 0)
    _a_vote(session, signed, secret=True)
    sittings.close_sitting(session, signed.sitting.id, actor=signed.officer, now=NOW)
    chair = signed.actor(session, 0)
    read = minutes.minutes(session, signed.sitting.id, chair).sha256
    sittings.sign_minutes(session, signed.sitting.id, sha256=read, actor=chair, now=NOW)
    yield Look(signed.panel.jurors[0], f"/seances/{signed.sitting.id}/proces-verbal")


def _meeting_under_way(session: Session) -> Iterator[Look]:
    meeting = _a_meeting(session)
    a_recusal(session, meeting.panel.jurors[3], meeting.panel.applications[0])
    meeting.go_to(session, 0)
    _a_vote(session, meeting, secret=False)
    by = {"actor": meeting.officer, "now": NOW}
    sittings.put_motion(session, meeting.sitting.id, text="Retenir ce projet.", **by)
    for who in (meeting.panel.officer, *meeting.panel.jurors[:2], meeting.panel.jurors[3]):
        yield Look(who, f"/seances/{meeting.sitting.id}")
    yield Look(meeting.panel.jurors[0], f"/seances/{meeting.sitting.id}/ordre-du-jour")
    still = _a_meeting(session)
    yield Look(still.panel.jurors[0], f"/seances/{still.sitting.id}")
    yield Look(still.panel.jurors[0], f"/jury/{still.panel.jury.id}/seance")
    vote_on = {"press": "Ouvrir le vote", "answer": 422}
    yield Look(still.panel.jurors[0], f"/seances/{still.sitting.id}", **vote_on)


def _a_meeting(session: Session, **columns: Any) -> Meeting:
    """A meeting of five, of whom the first presides."""
    meeting = a_meeting(session, jurors=5, applications=6, quorum=2, **columns)
    dress(session, meeting.panel, scored=True)
    return meeting


def _a_vote(session: Session, meeting: Meeting, *, secret: bool) -> None:
    """A motion on the point at hand, voted and closed."""
    where, by = meeting.sitting.id, {"now": NOW}
    text = "Retenir ce projet, sous réserve d’un plan de financement à jour."
    officer = meeting.officer
    motion = sittings.put_motion(session, where, text=text, is_secret=secret, actor=officer, **by)
    for nth, choice in ((0, Choice.FOR), (1, Choice.FOR), (2, Choice.ABSTAIN), (4, Choice.AGAINST)):
        seat, actor = meeting.panel.seats[nth].id, meeting.actor(session, nth)
        sittings.cast_vote(session, where, motion.id, seat, choice, actor=actor, **by)
    sittings.close_motion(session, where, motion.id, actor=officer, **by)


def voted_on(session: Session, many: int) -> Iterator[Look]:
    """Public votes of each rule at each moment: the office's pages, and everybody's."""
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    bare = a_vote_stage(session, a_call(session, funders=[funder], title_fr=CALL))
    yield Look(officer, f"/instruction/etapes/{bare.id}/vote")
    yield Look(officer, f"/instruction/etapes/{bare.id}/vote", press="Enregistrer", answer=422)
    draft = a_long_poll(session, funder, published=False)
    opened = a_long_poll(session, funder)
    upcoming = a_long_poll(session, funder, opens_at=NOW + timedelta(days=3))
    points = a_long_poll(
        session, funder, rule=PollRule.POINTS, most=None, points_total=10, points_on_one=6
    )
    counted = _counted(session, funder)
    office = "/instruction/votes"
    for poll in (draft, upcoming, opened, counted):
        yield Look(officer, f"{office}/{poll.id}")
    card = candidates(session, opened)[0].id
    yield Look(officer, f"{office}/{opened.id}/apercu")
    yield Look(officer, f"{office}/{draft.id}/reglages")
    yield Look(officer, f"{office}/{opened.id}/candidats/{card}")
    out = {"press": "Retirer du vote", "answer": 422}
    yield Look(officer, f"{office}/{opened.id}/candidats/{card}", **out)
    yield Look(officer, f"{office}/{draft.id}/candidats/{candidates(session, draft)[0].id}")
    yield from _as_citizens(session, opened, points, counted, upcoming)


def _as_citizens(
    session: Session, opened: Poll, points: Poll, counted: Poll, upcoming: Poll
) -> Iterator[Look]:
    """What anybody sees of a vote."""
    at = f"/votes/{opened.slug}"
    yield Look(None, "/votes")
    for poll in (opened, points, counted, upcoming):
        yield Look(None, f"/votes/{poll.slug}")
    chosen = {"choice": str(candidates(session, opened)[0].id)}
    yield Look(None, at, press="Continuer", answer=422)
    yield Look(None, at, press="Continuer", fill=chosen)
    yield Look(None, f"{at}/courriel-envoye")
    link = a_link(session, opened, "nouvelle@example.org")
    yield Look(None, path(SECRET, opened.slug, link.id))
    second = a_link(session, opened, "autre@example.org")
    count = {"press": "Mettre mon bulletin dans l’urne", "fill": chosen}
    yield Look(None, path(SECRET, opened.slug, second.id), **count)
    code = some_codes(session, opened, 1)[0]
    yield Look(None, f"{at}/salle/{code}")
    yield Look(None, f"{at}/salle/inconnu", status=409)
    yield Look(None, f"{at}/changer")
    yield Look(None, f"{at}/recu")
    yield Look(None, f"{at}/recu", press="Vérifier", fill={"code": "K7QF-29TM-XB4D-HW3P"})
    yield Look(None, f"{at}/recu", press="Vérifier", answer=422)


def a_long_poll(session: Session, funder: Funder, **columns: Any) -> Poll:
    """A vote between projects with long titles."""
    call = a_call(session, funders=[funder], title_fr=CALL)
    poll = a_poll(session, call=call, candidates=5, **columns)
    words = "Votez pour les projets qui changeraient le plus la vie des quatre cantons."
    poll = session.get_one(Poll, poll.id)
    poll.intro_fr, poll.title_fr = words, "Prix du public du Pays de Valbrune"
    for one, title in zip(candidates(session, poll), TITLES, strict=True):
        one.title, one.applicant, one.summary = title, HOUSES[0], f"{title}. " * 3
    session.flush()
    session.expire_all()
    return queries.published(session, poll.slug) if poll.published_at else poll


def candidates(session: Session, poll: Poll) -> list[Candidate]:
    """The candidates of a poll, published or not."""
    wanted = select(Candidate).where(Candidate.poll_id == poll.id)
    return list(session.scalars(wanted.order_by(Candidate.position)))


def _counted(session: Session, funder: Funder) -> Poll:
    """A vote within a budget, over and counted."""
    poll = a_long_poll(session, funder, rule=PollRule.BUDGET, most=None, budget_cents=600_000)
    for nth, places in enumerate(((0, 1), (1,), (1, 2), (0, 3), (3,))):
        vote(session, poll, f"citoyenne{nth}@example.org", *places)
    poll.closes_at = NOW - timedelta(minutes=5)
    session.flush()
    polls.close_due(session, now=NOW)
    session.expire_all()
    return queries.published(session, poll.slug)
