"""Juries that rank by ballots: to fill in, refused, cast, counted and closed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from build.ballots import BUDGET, a_ballot, a_voting_panel
from build.clock import NOW
from build.gallery.names import Look, dress
from build.juries import Panel, a_review, a_store, as_juror
from build.people import acting_as
from grants.calls.models import RankingRule
from grants.juries import services
from grants.juries.services import Choices

R = RankingRule


def elected(session: Session, many: int) -> Iterator[Look]:
    """Each rule: the page where one votes, what a faulty ballot is told, and the ranking."""
    for rule in (R.SCHULZE, R.APPROVAL, R.POINTS, R.BUDGET):
        panel = a_voting_panel(session, rule, jurors=3, applications=many, cost=BUDGET // 20)
        dress(session, panel)
        voter, path = panel.jurors[0], f"/jury/{panel.jury.id}/bulletin"
        yield Look(voter, path, press="Déposer mon bulletin", answer=422)
        _cast(session, panel, rule)
        yield Look(panel.jurors[1], path)
        yield Look(panel.officer, f"/instruction/jurys/{panel.jury.id}/classement")
    panel = a_voting_panel(session, R.SCHULZE, applications=many)
    dress(session, panel)
    _cast(session, panel, R.SCHULZE)
    officer = acting_as(session, panel.officer)
    services.close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)
    yield Look(panel.officer, f"/instruction/jurys/{panel.jury.id}/classement")
    yield Look(panel.jurors[1], f"/jury/{panel.jury.id}/classement")


def revised(session: Session, many: int) -> Iterator[Look]:
    """The discussion of a jury that votes: a cast ballot, to change, refused, then changed."""
    panel = a_voting_panel(session, R.POINTS, jurors=3, applications=7)
    dress(session, panel)
    _cast(session, panel, R.POINTS)
    panel.jury.discussion_opened_at = NOW
    session.flush()
    voter, path = panel.jurors[1], f"/jury/{panel.jury.id}/bulletin"
    yield Look(voter, path, press="Enregistrer mon nouveau bulletin", answer=422)
    choices = Choices(version=1, values={panel.applications[2].id: 5})
    services.revise_ballot(
        session,
        panel.jury.id,
        choices,
        reason="La présentation de l’atelier m’a convaincue.",
        actor=as_juror(session, voter),
        now=NOW,
    )
    yield Look(voter, path)


def _cast(session: Session, panel: Panel, rule: RankingRule) -> None:
    """Two ballots that tie some, and a score beside."""
    first, second, *others = panel.applications
    given = (2, 1) if rule is R.SCHULZE else (4, 3) if rule is R.POINTS else (1, 1)
    for seat, pair in zip(panel.seats[1:], (given, given[::-1]), strict=True):
        values = dict(zip((first, second), pair, strict=True)) | dict.fromkeys(others)
        a_ballot(session, seat, values)
    a_review(session, panel.seats[1], first, 8, 7)
